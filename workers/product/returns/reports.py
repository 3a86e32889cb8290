"""Mails in which a mail system reports: that a mail came back (RFC 3464), or a complaint (RFC 5965). Pure.

What counts is the shape of the report, not who sent it: it says what became of a mail. Which mail it is, and
that it is one of ours, says the reference in it (`references.py`).
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from typing import NamedTuple, get_args

from schemas.returns import ReturnKind
from workers.product.returns.replies import SmtpReply, row_of

ACTIONS: dict[str, ReturnKind] = {
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}
COMPLAINTS = frozenset({"abuse", "fraud", "complaint"})
HARMLESS_FIRST = get_args(ReturnKind)
CODE = re.compile(r"\b([45]\d\d)[ -]")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class ReportPart(NamedTuple):
    """What a report says of one recipient; what it does not say is empty. `recipients` are its addresses."""

    kind: ReturnKind
    recipients: tuple[str, ...] = ()
    status: str = ""
    diagnostic: str = ""


def of_report(message: Message) -> ReportPart | None:
    """What a `multipart/report` says; None for another mail, and for one that does not say it.

    Of several recipients that report counts which harms least: one of those that a list, or a forwarding,
    made of ours may be wrong while the others are not.
    """
    if message.get_content_type() != "multipart/report":
        return None
    kind = str(message.get_param("report-type") or "").lower()
    parts = [part for part in message.walk() if part is not message]
    if kind == "delivery-status":
        return least_harmful([*of_status(parts)])
    return of_complaint(parts) if kind == "feedback-report" else None


def least_harmful(found: Sequence[ReportPart]) -> ReportPart | None:
    """The one of some reports that harms least; None of none."""
    return min(found, key=lambda part: HARMLESS_FIRST.index(part.kind), default=None)


def of_status(parts: Sequence[Message]) -> Iterator[ReportPart]:
    """The recipients of a delivery status notification."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            yield from (of_recipient(block) for block in fields_of(part) if "action" in block)


def of_recipient(fields: dict[str, str]) -> ReportPart:
    """What the fields of one recipient say; one that failed is read as a refusal of that recipient."""
    found = STATUS.search(fields.get("status", ""))
    status = found[0] if found is not None else ""
    diagnostic = fields.get("diagnostic-code", "").partition(";")[2].strip()
    named = (fields.get(name, "").partition(";")[2] for name in ("original-recipient", "final-recipient"))
    recipients = tuple(address for each in named if (address := each.strip(" <>")))
    action = fields["action"].lower()
    kind = failure(status, diagnostic) if action == "failed" else ACTIONS.get(action, "delayed")
    return ReportPart(kind, recipients, status, diagnostic)


def failure(status: str, diagnostic: str) -> ReturnKind:
    """What a failure for good means: one of a status 4.x, too, was given up."""
    code = CODE.search(diagnostic)
    number = int(code[1]) if code is not None and code[1].startswith("5") else 550
    text = f"{re.sub(r'^4[.]', '5.', status)} {diagnostic}"
    row = row_of(SmtpReply("rcpt", number, text))
    if row is None or row.meaning in {"retry", "slow"}:
        return "bounced"
    if row.meaning == "suppress" and status.startswith("4."):
        return "bounced"
    return row.meaning  # type: ignore[return-value]  # all others are kinds


def of_complaint(parts: Sequence[Message]) -> ReportPart | None:
    """The complaint of a feedback loop; its other kinds, such as opt-outs and not-spam, are none."""
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            fields = {name: value for block in fields_of(part) for name, value in block.items()}
            if fields.get("feedback-type", "").lower() in COMPLAINTS:
                return ReportPart("complained", status=fields["feedback-type"].lower())
    return None


def fields_of(part: Message) -> list[dict[str, str]]:
    """The blocks of fields of a part, by lower-case name; of a field that stands twice the first counts."""
    found = []
    for block in blocks_of(part):
        fields: dict[str, str] = {}
        for name, value in block.items():
            fields.setdefault(name.lower(), " ".join(str(value).split()))
        found.append(fields)
    return found


def blocks_of(part: Message) -> list[Message]:
    """The blocks of a part, each read as headers; of a part that is encoded what stands in it."""
    payload = part.get_payload()
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    if blocks and str(part.get("Content-Transfer-Encoding", "")).lower() != "base64":
        return blocks
    encoded = b"".join(block.as_bytes() for block in blocks)  # against the standard, which forbids it
    raw = decoded_base64(encoded) if blocks else payload_of(part)
    return [message_from_bytes(block) for block in raw.replace(b"\r\n", b"\n").split(b"\n\n")]


def decoded_base64(encoded: bytes) -> bytes:
    """What some base64 holds; empty for what is none."""
    try:
        return b64decode(encoded)
    except ValueError:
        return b""


def payload_of(part: Message) -> bytes:
    """The bytes of a part, decoded; empty where that cannot be done."""
    try:
        payload = part.get_payload(decode=True)
    except (MessageError, ValueError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""
