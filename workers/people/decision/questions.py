"""Which question is asked: that for the field whose value would change most."""

from collections.abc import Sequence
from typing import NamedTuple

from workers.people.decision.wording import listed
from workers.people.policy import FieldName, Policy


class Question(NamedTuple):
    """A field that is not known, how many of what is needed it brings, and how many campaigns read it."""

    field: FieldName
    needed: int
    campaigns: int

    def because(self, filled: int, policy: Policy) -> str:
        """Why this one is asked, in numbers; `filled` required fields are known without it."""
        known = f"{filled + self.needed} of {len(policy.required_fields)} fields"
        said = f"{self.field} is not known; with it {known} are, {policy.enough} are needed"
        return f"{said}, {listed(self.campaigns, 'campaign')} read it" if self.campaigns else said


def best_question(missing: Sequence[FieldName], policy: Policy) -> Question | None:
    """The question to ask when these fields are not known, the first of equal ones; None if there is none.

    A required field counts for one, and so does each campaign whose condition reads the field.
    """
    questions = [
        Question(name, int(name in policy.required_fields), policy.campaigns_reading.get(name, 0))
        for name in missing
    ]
    return max(questions, key=lambda each: each.needed + each.campaigns, default=None)
