"""The timeline of a person: what came in about them, what was decided, written, and became of it. Pure.

An entry has its own time and says itself what it is, so that entries can be added in any order and again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from schemas.decision import SendDecision
from schemas.fact_base import YEAR_3000
from schemas.mail import Email
from schemas.model import to_epoch_ms

INBOX = "inbox"
KEPT = 50  # entries of a person
REMOVED = "removed"
WITH_ADDRESS = ("attendance", "claim")  # kinds of facts whose ids end with an address, which is left out


class TimelineEntry(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One entry, at its own time in epoch milliseconds; the defaults may be missing.

    `what` is the kind of a fact, the verdict of a decision or mail, or an outcome; `id` is that of the
    fact or the decision. `note` is the reason of a decision, or REMOVED for a fact that is taken back.
    """

    at: int
    kind: Literal["fact", "decision", "mail", "outcome"]
    what: str
    id: str
    note: str = ""
    campaign: str = ""


Entries = dict[str, list[TimelineEntry]]  # by person


class FactHead(msgspec.Struct, gc=False):
    """As much of a fact as an entry needs."""

    kind: str
    id: str
    at: int
    value: msgspec.Raw = msgspec.Raw(b"null")


class OutcomeHead(msgspec.Struct, gc=False):
    """As much of an outcome as an entry needs."""

    decision_id: str
    outcome: str


_HEAD, _OUTCOME = msgspec.json.Decoder(FactHead), msgspec.json.Decoder(OutcomeHead)
_ENCODER, _ENTRY = msgspec.json.Encoder(), msgspec.json.Decoder(TimelineEntry)


def entry_of_fact(value: bytes, at_ms: int) -> TimelineEntry:
    """The entry of a fact; `at_ms` replaces a time that is none. Raises msgspec.MsgspecError."""
    head = _HEAD.decode(value)
    at = head.at if 0 <= head.at < YEAR_3000 else at_ms
    removed = bytes(head.value) == b"null"
    if head.kind == "engagement" and not removed:
        outcome = _OUTCOME.decode(head.value)
        return TimelineEntry(at, "outcome", outcome.outcome, outcome.decision_id)
    id_ = head.id.rpartition("/")[0] if head.kind in WITH_ADDRESS else head.id
    return TimelineEntry(at, "fact", head.kind, id_, REMOVED if removed else "")


def entry_of_decision(decision: SendDecision) -> TimelineEntry:
    """The entry of a decision."""
    campaign = decision.campaign if decision.verdict != "wait" else ""
    at, note = to_epoch_ms(decision.decided_at), decision.reason or ""
    return TimelineEntry(at, "decision", decision.verdict, decision.id, note, campaign)


def entry_of_mail(mail: Email) -> TimelineEntry:
    """The entry of a mail that was written."""
    return TimelineEntry(to_epoch_ms(mail.written_at), "mail", mail.verdict, mail.decision_id)


def newest(entries: Iterable[tuple[str, TimelineEntry]]) -> Entries:
    """The newest KEPT entries of each person, oldest first, each once."""
    by_person: Mapping[str, set[TimelineEntry]] = defaultdict(set)
    for person, entry in entries:
        by_person[person].add(entry)
    return {person: sorted(each)[-KEPT:] for person, each in by_person.items()}


def encode_entry(entry: TimelineEntry) -> bytes:
    """The stored form of an entry; equal for equal ones."""
    return _ENCODER.encode(entry)


def decode_entry(data: bytes) -> TimelineEntry:
    """The entry of its stored form; raises msgspec.MsgspecError."""
    return _ENTRY.decode(data)
