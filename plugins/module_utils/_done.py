# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What was done to the rules of one group so far, also by calls whose answers were lost. Pure."""

from __future__ import annotations

import typing as t
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey

    Pair = tuple[Rule, Rule]

# Behind the sentence that says what failed.
UNSEEN = (
    " AWS gave no answer to the last call, and whether it did what was asked could not be seen: run again to find out."
)


@dataclass
class Done:
    """The rules that were added, updated and removed. What may have been done besides is found by C(settle)."""

    added: dict[RuleKey, Rule] = field(default_factory=dict)
    updated: dict[RuleKey, Rule] = field(default_factory=dict)
    removed: list[Rule] = field(default_factory=list)
    _maybe_added: dict[RuleKey, Rule] = field(default_factory=dict)
    _maybe_updated: dict[str, Rule] = field(default_factory=dict)
    _maybe_removed: dict[str, Rule] = field(default_factory=dict)

    @property
    def is_unsure(self) -> bool:
        """Say whether there is a call of which it was not seen whether AWS carried it out."""
        return bool(self._maybe_added or self._maybe_updated or self._maybe_removed)

    def look_again(self, read: Callable[[], Sequence[Rule]]) -> Sequence[Rule] | None:
        """Find out what calls without an answer did; return the rules that stand, if there was need to look at them."""
        if self.is_unsure:
            with suppress(AwsError):
                standing = read()
                self.settle(standing)
                return standing
        return None

    def explained(self, error: str) -> str:
        """Return an error with the sentence that has to be added where it is not known what was done."""
        return f"{error}{UNSEEN}" if self.is_unsure else error

    @contextmanager
    def attempt(
        self, adds: Sequence[Rule] = (), updates: Sequence[Pair] = (), removes: Sequence[Rule] = ()
    ) -> Iterator[None]:
        """Around a call: remember what it was to do, where it fails and may have been carried out all the same."""
        try:
            yield
        except AwsError as error:
            if error.may_be_done:
                self._maybe_added.update({rule.key: rule for rule in adds})
                self._maybe_updated.update({old.rule_id: old for old, _new in updates})
                self._maybe_removed.update({rule.rule_id: rule for rule in removes})
            raise
        for rule in adds:
            self._maybe_added.pop(rule.key, None)
        for old, _new in updates:
            self._maybe_updated.pop(old.rule_id, None)

    def settle(self, standing: Sequence[Rule]) -> None:
        """Take note of what was done after all, as the rules that stand show it.

        EC2's answers can lag behind, so that what they do not show yet stays unsure.
        """
        by_key = {rule.key: rule for rule in standing}
        by_id = {rule.rule_id: rule for rule in standing}
        for key, rule in list(self._maybe_added.items()):
            found = by_key.get(key)
            if found:
                del self._maybe_added[key]
                # Anybody else would hardly have made it just like this.
                if (found.tags, found.description) == (rule.tags, rule.description):
                    self.added[key] = found
        for rule_id, old in list(self._maybe_updated.items()):
            found = by_id.get(rule_id)
            if found and (found.tags, found.description) != (old.tags, old.description):
                del self._maybe_updated[rule_id]
                self.updated[old.key] = found
        for rule_id, rule in list(self._maybe_removed.items()):
            if rule_id not in by_id:
                del self._maybe_removed[rule_id]
                self.removed.append(rule)
