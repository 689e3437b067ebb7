# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hypothesis's number of examples for what needs more of them than most."""

from __future__ import annotations

from hypothesis import settings


def thorough(times: int) -> settings:
    """Draw so many times the examples that the profile says, so that a profile of few examples has its way here too."""
    return settings(max_examples=times * settings().max_examples)
