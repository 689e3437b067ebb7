# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Unit tests run without a network."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code, whether while it runs or while hypothesis makes up values for it.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# For the rows of `make matrix`: what another Python changes, the first examples show as well as the last.
settings.register_profile("few", parent=settings.get_profile("patient"), max_examples=20)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """pytest-socket raises SocketBlockedError in any test that opens a socket."""
