"""Mails, a sender and its secrets for the tests of `deliver`."""

from typing import Any

from schemas.mail import Email
from workers.deliver.message import MailOrigin
from workers.product.returns.references import MailReferences
from workers.product.unsubscribe_links import PURPOSE
from workers.runtime.process.signed_tokens import SignedTokens
from workers.writing.rendering.page import Sender

AT = 1_707_523_200_000
VALID_UNTIL = AT + 86_400_000
ADDRESS = "mia@people.example"
SENDERS = {
    "en": Sender("Kairos Kitchen", "1 Main Street", "help@kairos.example", "https://kairos.example/stop"),
    "ja": Sender(
        "株式会社カイロス", "東京都千代田区1-1", "help@kairos.example", "https://kairos.example/stop"
    ),
}
SECRETS = {"k1": "a secret of forty characters, more or less"}
TOKENS = SignedTokens(SECRETS, PURPOSE)
REFERENCES = MailReferences(SECRETS)
ORIGIN = MailOrigin(
    "hello@mail.example", SENDERS, TOKENS, REFERENCES, "answers@mail.example", "https://m.example/u/{token}"
)


def email(**fields: Any) -> Email:
    """A mail to mia, written at AT and valid for a day."""
    own = {
        "id": "mia:1",
        "decision_id": "mia:1",
        "person": "mia",
        "written_at": AT,
        "valid_until": VALID_UNTIL,
    }
    return Email.model_validate(Email.EXAMPLES[0] | own | fields)
