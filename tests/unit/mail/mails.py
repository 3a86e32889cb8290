"""Decisions, a text and a writer for the tests of `mail`."""

from typing import Any

from schemas.decision import Brief, SendDecision, Verdict
from workers.mail.writer import MailText
from workers.recommend.variations.choice import ChoiceRules
from workers.writing.author import Author
from workers.writing.pace.text_cache import TextCache

AT = 1_707_523_200_000
VALID_UNTIL = AT + 86_400_000

FULL: dict[str, Any] = {
    "first_name": "Sarah",
    "summary": "Sarah is a 32-year-old engineer. She's interested in hiking.",
    "interests": ["hiking", "photography", "cooking"],
    "favorite_hosts": ["Chef Mario", "Chef Ploy"],
    "venues": ["The Vault"],
    "upcoming_events": ["Pasta Night"],
    "question": "Which cuisines do you like best?",
}
JAPANESE: dict[str, Any] = {
    "first_name": "田中健二",
    "language": "ja",
    "summary": "田中健二 is an engineer. They're interested in 登山.",
    "interests": ["登山", "写真"],
    "favorite_hosts": ["シェフ・マリオ"],
    "venues": ["ザ・ヴォルト"],
    "upcoming_events": ["パスタの夕べ"],
    "question": "お好きな料理のジャンルは何ですか。",
}


PLAIN_RULES = ChoiceRules(control_share=1, hold_out_share=0)  # everybody gets the first arms
FREE_RULES = ChoiceRules(control_share=0, hold_out_share=0)

TEXT = MailText("Hello again", "Hi Sarah,", ("It was good to have you.",), "See you", "gpt", "model-1")


def banked_author() -> Author:
    """An author without a model and without Redis."""
    return Author(None, TextCache(None, "t:", 60), lambda: AT)


class CountingWriter:
    """A writer that returns TEXT or raises `error`, and counts its calls."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.count = 0

    async def write(self, decision: SendDecision) -> MailText:
        """Return TEXT, or raise the error."""
        self.count += 1
        if self.error:
            raise self.error
        return TEXT


def decision(verdict: Verdict = "send", brief: dict[str, Any] | None = None, **fields: Any) -> SendDecision:
    """A decision about user_001; one to send or ask is valid for a day from AT."""
    slot = None if verdict == "wait" else 1
    values = {
        "id": f"user_001:{slot or 'wait'}",
        "person": "user_001",
        "verdict": verdict,
        "because": "a test",
        "slot": slot,
        "decided_at": AT,
        "valid_until": None if verdict == "wait" else VALID_UNTIL,
        "brief": Brief.model_validate(FULL if brief is None else brief),
    }
    return SendDecision.model_validate(values | fields)
