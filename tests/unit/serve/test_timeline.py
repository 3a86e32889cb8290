"""The entries of a person's timeline: what they hold, and that nothing changes when they come again."""

import json
import random
from typing import Any

import msgspec
import pytest

from schemas.decision import SendDecision
from schemas.facts import FACT
from schemas.mail import Email
from schemas.model import to_epoch_ms
from topics.catalog import BY_NAME
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.metrics.records import IRREGULAR
from workers.serve.timeline import (
    KEPT,
    REMOVED,
    TimelineEntry,
    decode_entry,
    encode_entry,
    entry_of_decision,
    entry_of_fact,
    entry_of_mail,
    newest,
)
from workers.serve.topic_tail import fact_entries

AT = 1_707_523_200_000
FACTS = [
    pytest.param(example, id=f"{model.__name__}-{number}")
    for model in BY_NAME["inbox"].payload
    for number, example in enumerate(model.EXAMPLES)  # type: ignore[attr-defined]
]


def fact(kind: str, id_: str, value: Any, at: int = AT) -> bytes:
    body = {"kind": kind, "id": id_, "version": (1, 1), "at": at, "value": value}
    return json.dumps(body).encode()


@pytest.mark.parametrize("example", FACTS)
def test_every_fact_has_an_entry_that_can_be_stored(example: dict[str, Any]) -> None:
    """An outcome is one of its own kind; a fact without a value is removed."""
    entry = entry_of_fact(FACT.dump_json(FACT.validate_python(example)), 5)

    assert entry.at == example["at"]
    assert entry.kind == ("outcome" if example["kind"] == "engagement" else "fact")
    assert entry.note == ("" if example.get("value") else REMOVED)
    assert decode_entry(encode_entry(entry)) == entry


def test_an_entry_has_no_address() -> None:
    """The ids of attendances and claims end with one."""
    attendance = entry_of_fact(fact("attendance", "events/e1/ann@x.jp", {"event_id": "e1"}), AT)
    claim = entry_of_fact(fact("claim", "claims/u2/ann@x.jp", None), AT)

    assert (attendance.id, claim.id, claim.note) == ("events/e1", "claims/u2", REMOVED)


def test_an_outcome_is_of_its_decision() -> None:
    """Not of its fact."""
    value = {"decision_id": "a:1", "person": "a", "outcome": "sent", "at": "2024-02-10T00:00:00Z"}
    assert entry_of_fact(fact("engagement", "engagements/a:1/sent", value), 5) == TimelineEntry(
        AT, "outcome", "sent", "a:1"
    )


@pytest.mark.parametrize("at", [-1, 10**18])
def test_an_impossible_time_is_that_of_the_record(at: int) -> None:
    """So that it sorts where it was read."""
    assert entry_of_fact(fact("order", "orders/1", {}, at), 5).at == 5


def test_decisions_and_mails_have_entries() -> None:
    """A decision to wait has its reason, one to send its campaign."""
    send, wait = (SendDecision.model_validate(example) for example in SendDecision.EXAMPLES)
    mail = Email.model_validate(Email.EXAMPLES[0])

    assert entry_of_decision(send) == TimelineEntry(
        to_epoch_ms(send.decided_at), "decision", "send", "user_001:1", "", "default"
    )
    assert entry_of_decision(wait) == TimelineEntry(
        to_epoch_ms(wait.decided_at), "decision", "wait", "user_002:wait", "cooldown"
    )
    assert entry_of_mail(mail) == TimelineEntry(to_epoch_ms(mail.written_at), "mail", "send", "user_001:1")


def test_the_newest_are_kept_in_any_order_and_once() -> None:
    """Topics are read in no common order."""
    entries = [TimelineEntry(at, "fact", "order", f"orders/{at}") for at in range(KEPT + 30)]
    mixed = [("a", entry) for entry in entries * 2] + [("b", entries[0])]
    random.Random(1).shuffle(mixed)

    assert newest(mixed) == {"a": entries[-KEPT:], "b": entries[:1]}


def test_what_is_no_fact_has_no_entry_and_stops_nothing() -> None:
    """A watermark, a deletion, bytes that cannot be read, a key that names nobody: only the fact counts."""
    value = fact("order", "orders/1", {})
    mark = ConsumerRecord("inbox", 0, 0, WATERMARK_KEY, b"{}", AT, tuple(watermark_headers("/test", AT)))
    odd = [
        mark._replace(headers=(), key=key, value=data)
        for key, data in ((b"a", b"{"), (b"", value), (b"a", b"{}"))
    ]
    counter = IRREGULAR.labels("serve", "inbox", "unreadable")
    before = counter._value.get()

    assert fact_entries(mark) == fact_entries(mark._replace(key=b"a", value=None)) == []
    assert [fact_entries(record) for record in odd] == [[], [], []]
    assert counter._value.get() == before + 3
    assert fact_entries(mark._replace(key=b"a", value=value)) == [("a", entry_of_fact(value, AT))]
    with pytest.raises(msgspec.MsgspecError):
        entry_of_fact(b"{", AT)
