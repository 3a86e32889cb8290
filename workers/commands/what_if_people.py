"""The people whom two policies write to differently, and a sample of them side by side. Pure."""

from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple
from zlib import crc32

from workers.commands.what_if_decisions import DecisionLines, NewDecisions, PolicyTotals

LINES = 10  # decisions of a policy that are kept of a person of the sample
Decisions = dict[str, NewDecisions]  # of one batch, by person


class SideBySide(NamedTuple):
    """What both policies decided about a person, from the first difference on, and what held before it."""

    current: DecisionLines
    new: DecisionLines


class AffectedPeople:
    """The people who get other mails, or get them at other times, under the new policy.

    A sample of them has the `size` people with the lowest hash of their id, so it does not depend on the
    order in which partitions are read.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._sample: dict[str, SideBySide] = {}
        self._ids: set[str] = set()

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self._ids)

    def sample(self) -> dict[str, SideBySide]:
        """The sample, by id in order."""
        return dict(sorted(self._sample.items()))

    def compare(self, current: Decisions, new: Decisions, totals: tuple[PolicyTotals, PolicyTotals]) -> None:
        """Compare the decisions of a batch; `totals` have the last ones of whoever is not in it."""
        for person in current.keys() | new.keys():
            sides = [
                decisions.get(person) or NewDecisions(total.last.get(person), [])
                for decisions, total in zip((current, new), totals, strict=True)
            ]
            if person in self._sample:
                for kept, side in zip(self._sample[person], sides, strict=True):
                    add(kept, side.lines)
            elif person not in self._ids and (lines := from_difference(*sides)) is not None:
                self._ids.add(person)
                self._keep(person, lines)

    def _keep(self, person: str, lines: SideBySide) -> None:
        self._sample[person] = lines
        if len(self._sample) > self._size:
            del self._sample[max(self._sample, key=rank)]


def rank(person: str) -> tuple[int, str]:
    """The order in which people are in the sample."""
    return crc32(person.encode()), person


def from_difference(current: NewDecisions, new: NewDecisions) -> SideBySide | None:
    """The lines from the first mail on that only one policy decides; None if they decide the same mails."""
    if (at := first_difference(current.lines, new.lines)) is None:
        return None
    sides = SideBySide([], [])
    for side, kept in zip((current, new), sides, strict=True):
        before = [line for line in [side.before, *side.lines] if line is not None and line.decided_at < at]
        add(kept, before[-1:])
        add(kept, [line for line in side.lines if line.decided_at >= at])
    return sides


def first_difference(current: DecisionLines, new: DecisionLines) -> datetime | None:
    """The time of the first mail that only one of both decides; None without such a mail."""
    for one, other in zip_longest(mails(current), mails(new)):
        if one != other:
            return min(mail[0] for mail in (one, other) if mail is not None)
    return None


def mails(lines: DecisionLines) -> list[tuple[datetime, str, str]]:
    """Time, verdict and campaign of the decisions to write."""
    return [(line.decided_at, line.verdict, line.campaign) for line in lines if line.is_mail]


def add(kept: DecisionLines, lines: DecisionLines) -> None:
    """Add lines, up to LINES."""
    kept += lines[: LINES - len(kept)]
