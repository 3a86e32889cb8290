"""Events about mails, as well-known providers send them in JSON: rows, the first that fits decides. Pure.

To add a provider, put a row into PROVIDERS: a function that finds in an event what is said of a mail, and
None in an event of anybody else. The mail is found by the signed reference that the event repeats: in the
envelope's sender, the Message-ID or the headers.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from workers.product.returns.reports import COMPLAINTS, ReportPart, failure

MOST_TEXT = 200_000


class ProviderRow(NamedTuple):
    """A provider, and what reads its events; TypeError, KeyError and the like say that it is none of it."""

    name: str
    read: Callable[[dict[str, Any]], ReportPart | None]


def of_ses(event: dict[str, Any]) -> ReportPart | None:
    """Amazon SES, as it is published by SNS or an event destination."""
    kind = event.get("notificationType", event.get("eventType"))
    if kind == "Complaint":
        feedback = event["complaint"].get("complaintFeedbackType") or "abuse"
        return ReportPart("complained", status=feedback) if feedback in COMPLAINTS else None
    if kind != "Bounce":
        return None
    bounce = event["bounce"]
    (recipient,) = bounce["bouncedRecipients"]
    status, words = text(recipient, "status"), text(recipient, "diagnosticCode")
    return failed((recipient["emailAddress"],), status, words, bounce["bounceType"] == "Permanent")


def of_sendgrid(event: dict[str, Any]) -> ReportPart | None:
    """SendGrid's event webhook, one event of its list."""
    kind = event["event"]
    if kind == "spamreport":
        return ReportPart("complained", (event["email"],))
    if kind != "bounce":
        return ReportPart("delayed") if kind == "deferred" else None
    is_person = event.get("type", "bounce") == "bounce"
    return failed((event["email"],), text(event, "status"), text(event, "reason"), is_person)


def of_mailgun(event: dict[str, Any]) -> ReportPart | None:
    """Mailgun's webhooks."""
    data = event["event-data"]
    if data["event"] == "complained":
        return ReportPart("complained", (data["recipient"],))
    if data["event"] != "failed":
        return None
    if data["severity"] != "permanent":
        return ReportPart("delayed")
    status = data["delivery-status"]
    words = f"{status.get('code', '')} {text(status, 'message') or text(status, 'description')}"
    return failed((data["recipient"],), text(status, "enhanced-code"), words, data["reason"] == "bounce")


def of_postmark(event: dict[str, Any]) -> ReportPart | None:
    """Postmark's webhooks."""
    kind = event["RecordType"]
    if kind == "SpamComplaint":
        return ReportPart("complained", (event["Email"],))
    if kind != "Bounce":
        return None
    return failed((event["Email"],), "", text(event, "Details"), event["Type"] == "HardBounce")


PROVIDERS = (
    ProviderRow("Amazon SES", of_ses),
    ProviderRow("SendGrid", of_sendgrid),
    ProviderRow("Mailgun", of_mailgun),
    ProviderRow("Postmark", of_postmark),
)


def of_event(event: Any) -> tuple[ReportPart, str] | None:
    """What an event says, and its text, in which the mail is named; None for one of no known form."""
    event = unwrapped(event)
    for row in PROVIDERS if isinstance(event, dict) else ():
        try:
            part = row.read(event)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        if part is not None:
            return part, json.dumps(event, ensure_ascii=False)[:MOST_TEXT]
    return None


def unwrapped(event: Any) -> Any:
    """The event in a notification of Amazon SNS; any other one as it is."""
    if (
        isinstance(event, dict)
        and event.get("Type") == "Notification"
        and isinstance(event.get("Message"), str)
    ):
        try:
            return json.loads(event["Message"])
        except ValueError:
            return None
    return event


def failed(recipients: tuple[str, ...], status: str, words: str, is_person: bool) -> ReportPart:
    """A failure; the provider's own class counts, too: where it is not for good, nobody is suppressed."""
    kind = failure(status, words)
    if kind == "suppress" and not is_person:
        kind = "bounced"
    return ReportPart(kind, tuple(each for each in recipients if isinstance(each, str)), status, words)


def text(values: dict[str, Any], name: str) -> str:
    """A text of an object, empty without one."""
    value = values.get(name)
    return value if isinstance(value, str) else ""
