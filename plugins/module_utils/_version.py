# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""How this collection is called, and which version it is. Pure."""

from __future__ import annotations

NAME = "elasticache.access"
VERSION = "1.0.0"
