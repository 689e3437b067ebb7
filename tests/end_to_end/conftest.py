# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The demo estate on an emulator, and an Ansible that reaches nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator.estate import Estate, build
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import _clients, _server, client, ec2, elasticache, emulator
from tests.end_to_end.ansible import Ansible

__all__ = ["_clients", "_server", "client", "ec2", "elasticache", "emulator"]


@pytest.fixture
def estate(ec2: Any, elasticache: Any) -> Estate:
    """The estate of the demo, freshly built."""
    return build(ec2, elasticache)


@pytest.fixture
def ansible(emulator: Emulator, tmp_path: Path) -> Ansible:
    """Ansible, pointed at the emulator."""
    return Ansible(tmp_path, emulator.url)
