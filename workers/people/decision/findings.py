"""What a rule finds, and how a rule is written."""

from collections.abc import Callable
from typing import NamedTuple

from schemas.decision import RuleName, Verdict
from workers.people.decision.case import Case
from workers.people.policy import Policy


class RuleFinding(NamedTuple):
    """The result of a rule: its input, its threshold, whether it passed, and the reason in words.

    `until` (epoch milliseconds) is when a wait because of this rule ends without a new fact; if it `is_look`,
    that is not known, and the person is looked at again then.
    """

    input: str | None
    threshold: str | None
    passed: bool
    because: str
    until: int | None = None
    is_look: bool = False


def always(policy: Policy) -> bool:
    """A rule that no policy turns off."""
    return True


class Rule(NamedTuple):
    """A rule with a `verdict` decides for it when it passes; one without is a gate: failing means wait.

    It is `used` only under policies in which it can fail.
    """

    name: RuleName
    check: Callable[[Case, Policy], RuleFinding]
    verdict: Verdict | None = None
    used: Callable[[Policy], bool] = always
