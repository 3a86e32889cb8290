"""What is learned from mails: what happened to each, how it ended, and the score of each variation."""

from typing import Literal

from schemas.mail import MailClick, MailVariation, Outcome
from schemas.model import Model, Moment

SignalOfMail = Literal["chosen"] | Outcome


class MailSignal(Model):
    """Something that happened to a mail, keyed by its decision: it was written with a choice, or an outcome.

    With the kind `chosen` it has the choices as the mail has them, and `at` is when it was written.
    """

    decision_id: str
    person: str
    kind: SignalOfMail
    at: Moment
    variation: MailVariation | None = None
    click: MailClick | None = None
    variations: list[MailVariation] = []

    EXAMPLES = (
        {
            "decision_id": "user_001:1",
            "person": "user_001",
            "kind": "chosen",
            "at": "2024-02-10T00:00:01Z",
            "variation": {
                "arm": "warm",
                "segment": "en",
                "probabilities": {"warm": 0.7, "brief": 0.3},
                "reason": "drawn",
            },
        },
        {
            "decision_id": "user_001:1",
            "person": "user_001",
            "kind": "sent",
            "at": "2024-02-10T00:00:05Z",
        },
    )


class VariationOutcome(Model):
    """How a mail with a chosen variation ended: a person clicked, or its window closed without a click.

    Of a mail whose variation was chosen in several types there is one for each type.
    With `retracted` it takes back what was said before, because more became known. `programs` counts clicks
    that are none of a person's. `known_at` and `due_at` (epoch milliseconds) are when the log told it and
    when it was due: with the decision's id they order all that one partition says.
    """

    decision_id: str
    person: str
    variation: MailVariation
    handed_over_at: Moment
    clicked: bool
    programs: int = 0
    known_at: int
    due_at: int
    retracted: bool = False

    EXAMPLES = (
        {
            "decision_id": "user_001:1",
            "person": "user_001",
            "variation": {
                "arm": "warm",
                "segment": "en",
                "probabilities": {"warm": 0.7, "brief": 0.3},
                "reason": "drawn",
            },
            "handed_over_at": "2024-02-10T00:00:05Z",
            "clicked": True,
            "known_at": 1_707_560_000_000,
            "due_at": 1_707_559_999_000,
        },
    )

    @property
    def order(self) -> tuple[int, int, str, bool]:
        """The place among all that is said by the same partition."""
        return self.known_at, self.due_at, self.decision_id, not self.retracted


class VariationScore(Model):
    """What is known of a variation of a mail in a segment: sums that decay with a half-life, as of `at`.

    `windows` are mails whose window is over, `clicks` those that a person clicked; `written` and `clicked`
    are the same of all time, undecayed. At a later time a decayed sum is the one here times
    2^-(days since `at` / `half_life_days`).
    """

    variation: str
    segment: str
    written: int = 0
    clicked: int = 0
    windows: float = 0.0
    clicks: float = 0.0
    at: Moment | None = None
    half_life_days: float = 30.0

    EXAMPLES = (
        {
            "variation": "warm",
            "segment": "en",
            "written": 40,
            "clicked": 7,
            "windows": 31.5,
            "clicks": 6.2,
            "at": "2024-02-10T00:00:05Z",
        },
    )
