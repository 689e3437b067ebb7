# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A stand-in for AWS: moto's server, extended until it behaves like EC2 and ElastiCache for the calls we make."""

from __future__ import annotations

import threading

_installing = threading.Lock()
_installed = False


def install() -> None:
    """Lay our overlays over moto, once per process and before moto serves its first request."""
    global _installed  # pylint: disable=global-statement
    with _installing:
        if _installed:
            return
        # Imported here, so that importing this package (to find its files, to start it by name) costs nothing.
        from tests.emulator import ec2, elasticache, iam, speed

        speed.install()
        iam.install()
        ec2.install()
        elasticache.install()
        _installed = True
