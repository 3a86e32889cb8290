"""Where the reader of a mail opts out."""

import pytest

from schemas.decision import SendDecision
from workers.mail.mail_senders import MailSenders
from workers.writing.rendering.page import Sender

COMPANY = Sender("Example Inc.", "1 Example Street", "help@example.com")
PAGE = Sender("Example Inc.", "1 Example Street", "help@example.com", opt_out_url="mailto:stop@example.com")
MIA = SendDecision.model_validate(
    {"id": "mia:3", "person": "mia", "verdict": "send", "because": "", "decided_at": 1}
)


def link_of(decision: SendDecision, language: str) -> str:
    """A link of its own for each mail."""
    return f"https://kairos.example/{decision.id}/{language}"


@pytest.mark.parametrize(
    ("sender", "shown"), [(COMPANY, "https://kairos.example/mia:3/en"), (PAGE, "mailto:stop@example.com")]
)
def test_the_link_of_the_mail_stands_where_the_product_names_no_page(sender: Sender, shown: str) -> None:
    found = MailSenders({"en": sender}, link_of).of(MIA, "en")
    assert found is not None
    assert found.opt_out_url == shown


def test_without_a_sender_or_a_link_nothing_is_shown() -> None:
    assert MailSenders({"en": COMPANY}, link_of).of(MIA, "ja") is None
    assert MailSenders({"en": COMPANY}).of(MIA, "en") == COMPANY
