"""What providers report of mails, by a webhook."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from schemas.permissions import address_hash
from schemas.returns import MailReturn
from tests.unit.product.returns.raw_reports import ADDRESS, KEY, complaint, status_report
from tests.unit.serve.tracking.site import WriterInMemory
from workers.product.returns.references import MailReferences
from workers.runtime.process.settings import load
from workers.serve.requests import address_limit
from workers.serve.returns.endpoints import Returns
from workers.serve.web import application

SECRET = "a secret of a provider"
SECRETS = "k1:a secret that signs what is in mails"
REFERENCE = MailReferences({"k1": "a secret that signs what is in mails"}).sign("mia:1")
VERP = f"b+{REFERENCE}@bounces.example"
SES = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bouncedRecipients": [
            {"emailAddress": ADDRESS, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 no"}
        ],
    },
    "mail": {"source": VERP, "messageId": "0100"},
}
SENDGRID = {
    "event": "bounce", "type": "bounce", "email": ADDRESS, "status": "5.1.1", "reason": "550 5.1.1 unknown",
    "smtp-id": f"<{REFERENCE}@mail.example>",
}  # fmt: skip
MAILGUN = {
    "signature": {},
    "event-data": {
        "event": "failed", "severity": "permanent", "reason": "bounce", "recipient": ADDRESS,
        "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        "message": {"headers": {"message-id": f"{REFERENCE}@mail.example"}},
    },
}  # fmt: skip
POSTMARK = {
    "RecordType": "Bounce", "Type": "HardBounce", "Email": ADDRESS, "Details": "smtp;550 5.1.1 unknown",
    "Metadata": {"reference": REFERENCE},
}  # fmt: skip


class Webhook:
    """The route, and what was written."""

    def __init__(self) -> None:
        self.settings = load({"KAIROS_TOKEN_SECRETS": SECRETS, "KAIROS_ADDRESS_BURST": "5"})
        self.writer = WriterInMemory(self.settings)
        routes = Returns(self.settings, SECRET, self.writer, address_limit(self.settings)).routes()
        self.client = TestClient(application(self.settings, routes, (self.writer.keep_connected,)))

    def post(self, body: Any, kind: str = "message/rfc822", **auth: Any) -> Any:
        """Report; with the secret unless another is given."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = auth or {"headers": {"authorization": f"Bearer {SECRET}"}}
        headers = given.pop("headers", {}) | {"content-type": kind}
        return self.client.post("/mail-returns", content=content, headers=headers, **given)

    def said(self) -> list[tuple[str, list[str]]]:
        """What was written: of mia's mail alone."""
        assert all((each.topic, each.key) == ("mail-returns", KEY.encode()) for each in self.writer.records)
        values = [MailReturn.loads(each.value or b"") for each in self.writer.records]
        return [(value.says, value.recipients) for value in values]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with (made := Webhook()).client:
        yield made


def test_a_raw_report_is_taken(webhook: Webhook) -> None:
    """A bounce with the secret as a token, a complaint with the secret as a password."""
    answer = webhook.post(status_report(id=REFERENCE))
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    assert webhook.post(complaint(id_=REFERENCE), auth=("provider", SECRET)).status_code == 202
    assert webhook.said() == [("suppress", [address_hash(ADDRESS)]), ("complained", [])]


@pytest.mark.parametrize("event", [SES, SENDGRID, MAILGUN, POSTMARK], ids=lambda each: next(iter(each)))
def test_an_event_of_a_provider_is_taken(webhook: Webhook, event: dict[str, Any]) -> None:
    """Alone or in a list; of SNS in its notification."""
    assert webhook.post(event, "application/json").json() == {"accepted": 1}
    assert webhook.post([event, {"event": "open"}], "application/json").json() == {"accepted": 1}
    wrapped = {"Type": "Notification", "Message": json.dumps(event)}
    assert webhook.post(wrapped, "text/plain").json() == {"accepted": 1}
    assert webhook.said() == [("suppress", [address_hash(ADDRESS)])] * 3


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (SES | {"bounce": SES["bounce"] | {"bounceType": "Transient"}}, "bounced"),  # type: ignore[operator]
        (SES | {"notificationType": "Complaint", "complaint": {}}, "complained"),
        (SENDGRID | {"type": "blocked"}, "bounced"),
        (SENDGRID | {"event": "deferred"}, "delayed"),
        (SENDGRID | {"event": "spamreport"}, "complained"),
        (SENDGRID | {"status": "5.7.1", "reason": "550 5.7.1 spam"}, "blocked"),
        (MAILGUN | {"event-data": MAILGUN["event-data"] | {"severity": "temporary"}}, "delayed"),
        (POSTMARK | {"Type": "SoftBounce", "Details": "smtp;550 5.2.2 full"}, "full"),
        (POSTMARK | {"RecordType": "SpamComplaint"}, "complained"),
    ],
)
def test_what_is_not_for_good_suppresses_nobody(webhook: Webhook, event: dict[str, Any], says: str) -> None:
    """The provider's class counts beside the reply."""
    webhook.post(event, "application/json")
    assert [said for said, _ in webhook.said()] == [says]


@pytest.mark.parametrize(
    "body",
    [
        b"Subject: hello\r\n\r\n",
        b"",
        b"\xff\xfe",
        {"event": "bounce"},
        [1, None, "x", {}],
        {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example"},
        SENDGRID | {"smtp-id": "<another@mail.example>"},
        SES | {"bounce": {"bouncedRecipients": []}},
    ],
)
def test_what_is_unread_is_taken_and_says_nothing(webhook: Webhook, body: Any) -> None:
    """A provider would send it again and again."""
    answer = webhook.post(body)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 0})
    assert webhook.said() == []


def test_without_the_secret_nothing_is_taken(webhook: Webhook) -> None:
    """Whoever guesses is limited."""
    wrong: list[dict[str, Any]] = [
        {"headers": {"authorization": f"Bearer {SECRET}x"}},
        {"auth": ("x", "y")},
        {"headers": {"a": "b"}},
    ]
    report = status_report(id=REFERENCE)
    assert [webhook.post(report, **auth).status_code for auth in wrong] == [401] * 3
    broken: dict[str, Any] = {"headers": {"authorization": "Basic !"}}
    assert [webhook.post(report, **broken).status_code for _ in range(4)][-1] == 429
    assert webhook.said() == []


def test_what_kafka_has_not_taken_is_asked_for_again(webhook: Webhook) -> None:
    """The provider sends it again."""
    webhook.writer.answers = False
    assert webhook.post(status_report(id=REFERENCE)).status_code == 503


def test_broken_json_and_too_much_are_refused(webhook: Webhook) -> None:
    """Neither is half read."""
    assert webhook.post(b"{").status_code == 400
    assert webhook.post([{}] * 1_001).status_code == 413
    assert webhook.post(b"x" * 1_000_001).status_code == 413
