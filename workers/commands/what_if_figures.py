"""The figures of a what-if run, and conditions on them such as `sends > +5%`. Pure.

    CONDITION = NAME OP NUMBER          the figure under the new policy:     asks >= 10
              | NAME OP SIGN NUMBER     by how much it changes:              sends > +100
              | NAME OP SIGN NUMBER %   the same, in percent of the current: sends > +5%, asks < -10%

NAME is one of the figures, OP one of > >= < <= == !=, NUMBER a decimal number. What was 0 and is not any more
has changed by more than any percentage.
"""

import operator
import re
from collections.abc import Callable, Mapping
from math import inf
from typing import NamedTuple

from workers.commands.what_if_decisions import PolicyTotals

BOTH = ("sends", "asks", "waits", "caps hit", "people written to", "records not used")
ONCE = ("people affected", "history incomplete")  # without a current and a new value
CAP = "cap"  # the reason of a wait because of a cap
OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
CONDITION = re.compile(r"([a-z][a-z -]*?)\s*(>=|<=|==|!=|>|<)\s*([+-])?\s*(\d+(?:\.\d+)?)\s*(%)?", re.ASCII)


class Figure(NamedTuple):
    """A figure under the current and the new policy; `current` None: it is one of both together."""

    current: int | None
    new: int

    @property
    def change(self) -> int:
        """By how much the new policy changes it."""
        return self.new - (self.current or 0)

    @property
    def percent(self) -> float:
        """The same in percent of the current value."""
        if not self.change:
            return 0.0
        return 100 * self.change / self.current if self.current else inf


ComparedFigures = Mapping[str, Figure]


def figures_of(current: PolicyTotals, new: PolicyTotals, affected: int, incomplete: int) -> ComparedFigures:
    """All figures by name, in the order in which they are shown; waits also by reason, as `waits REASON`."""
    values = zip(BOTH, values_of(current), values_of(new), strict=True)
    figures = {name: Figure(before, after) for name, before, after in values}
    for reason in sorted(current.waits.keys() | new.waits.keys()):
        figures[f"waits {reason}"] = Figure(current.waits[reason], new.waits[reason])
    return figures | {ONCE[0]: Figure(None, affected), ONCE[1]: Figure(None, incomplete)}


def values_of(totals: PolicyTotals) -> tuple[int, ...]:
    """The values of BOTH."""
    waits, caps = totals.waits.total(), totals.waits[CAP]
    return totals.sends, totals.asks, waits, caps, len(totals.written_to), totals.unused


class Condition(NamedTuple):
    """A condition on one figure; `text` is as it was given."""

    text: str
    name: str
    holds: Callable[[Figure], bool]


def read_condition(text: str) -> Condition:
    """The condition of a text; ValueError says what is wrong with it."""
    found = CONDITION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not NAME OP NUMBER, such as 'sends > +5%'")
    name, op, sign, number, percent = found.groups(default="")
    name = " ".join(name.split())
    if problem := problem_of(name, sign, percent):
        raise ValueError(f"{text!r}: {problem}")
    limit = float(f"{sign}{number}")

    def holds(figure: Figure) -> bool:
        value = figure.percent if percent else figure.change if sign else figure.new
        return OPERATORS[op](value, limit)

    return Condition(text, name, holds)


def problem_of(name: str, sign: str, percent: str) -> str | None:
    """What is wrong with a condition that is well-formed."""
    if name not in (*BOTH, *ONCE) and not name.startswith("waits "):
        return f"there is no figure {name!r}; there are {', '.join((*BOTH, *ONCE))}, waits REASON"
    if percent and not sign:
        return "a percentage is a change, so it needs a sign, as +5% or -5%"
    if sign and name in ONCE:
        return f"{name} is one figure of both policies and has no change; leave out the sign"
    return None


def conditions_that_hold(conditions: tuple[Condition, ...], figures: ComparedFigures) -> list[str]:
    """The texts of the conditions that hold; a reason for which nobody waits is 0 for both."""
    return [each.text for each in conditions if each.holds(figures.get(each.name, Figure(0, 0)))]
