"""`kairos rebuild people` without a broker: records, corrections, and the mails that must be known."""

from typing import Any

import pytest

from schemas.documents import Order, User
from schemas.facts import UserFact
from tests.fleet import Fleet
from workers.commands.rebuild import inbox_record, reemit
from workers.commands.rebuild_history import LastMail, includes, store_later
from workers.commands.rebuild_states import STEPS, DocumentTimes, all_facts, corrections_since
from workers.people.contact_state import Contact, Slot
from workers.route.reemit import PersonFact
from workers.route.stage import STAGES
from workers.runtime.engine.changelog_reader import StoredStates
from workers.runtime.engine.state_header import RESERVED_KEYS, pack
from workers.runtime.kafka.headers import VERSION, version_of
from workers.runtime.kafka.reader import ReadingError
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord, partition_of

FACT = UserFact(id="users/a", version=(2, 7), at=5, value=User(id="a"))


def test_a_fact_is_written_as_route_writes_it_with_the_current_time() -> None:
    """With an older timestamp the inbox would delete the record at once."""
    written = inbox_record(PersonFact("a", FACT), 4, 1_700_000_000_000)
    assert (written.topic, written.key, written.value) == ("inbox", b"a", FACT.dumps())
    assert written.partition == partition_of(b"a", 4)
    assert written.at == 1_700_000_000_000
    assert version_of(written.headers) == (2, 7)
    headers = dict(written.headers)
    assert headers["ce_id"] == b"users/a@2.7/a"
    assert headers["ce_type"] == b"kairos.inbox.v1"
    assert "kairos_fence" not in headers


def test_a_state_of_another_version_is_one_clear_line() -> None:
    states: StoredStates = {b"orders/o": pack(bytes(8), 0, 0, b"\xff\x01")}
    with pytest.raises(ReadingError, match="a state of `documents` cannot be read by this version"):
        list(all_facts(STEPS[1], states, DocumentTimes(0)))


def test_users_come_last() -> None:
    """A person whose state was lost gets no decision before all other facts are back."""
    assert STEPS[-1].topics == ("users",)
    assert [step.name for step in STEPS if step.includes(b"users/orders")] == ["addresses", "users"]
    assert [step.name for step in STEPS if step.includes(b"orders/users")] == ["addresses", "documents"]


@pytest.mark.parametrize(
    ("contact", "known"),
    [
        (Contact(), False),
        (Contact(number=2), False),
        (Contact(number=3), True),
        (Contact(number=4), True),
        (Contact(number=3, slot=Slot(3, 100, 200)), True),
        (Contact(number=3, slot=Slot(3, 101, 200)), False),
        (Contact(number=4, slot=Slot(4, 101, 200)), True),
    ],
)
def test_a_mail_is_missing_when_its_slot_number_is_free_or_has_a_later_slot(
    contact: Contact, known: bool
) -> None:
    assert includes(contact, LastMail(3, 100)) is known


def test_the_mail_with_the_highest_slot_counts_from_its_earliest_time() -> None:
    mails: dict[bytes, LastMail] = {}
    for mail in (LastMail(2, 50), LastMail(3, 90), LastMail(3, 80), LastMail(3, 85), LastMail(1, 10)):
        store_later(mails, b"a", mail)
    assert mails == {b"a": LastMail(3, 80)}


def document_states(fleet: Fleet) -> StoredStates:
    """The states of `documents`, as its changelog holds them."""
    return {key: value for key, value in fleet.replays[0].stored().items() if key not in RESERVED_KEYS}


def test_facts_whose_documents_changed_meanwhile_are_corrected_once() -> None:
    """Only those that are not true any more; without further changes there are no corrections."""
    fleet = Fleet(STAGES, partitions=1)
    for number, id_ in enumerate(("x", "y", "z")):
        fleet.put("orders", id_, Order(id=id_, user_id="a"), version=(1, number + 1))
    fleet.run()
    states = document_states(fleet)
    assert [emitted.fact.id for emitted in all_facts(STEPS[1], states, DocumentTimes(0))] == [
        "orders/x",
        "orders/y",
        "orders/z",
    ]
    fleet.put("orders", "x", None, version=(1, 8))
    fleet.put("orders", "y", Order(id="y", user_id="a", amount=3), version=(1, 9))
    fleet.put("orders", "new", Order(id="new", user_id="a"), version=(1, 9))
    fleet.run()
    changed = document_states(fleet)
    (correction,) = corrections_since(STEPS[1], states, changed, DocumentTimes(0))
    assert (correction.person, correction.fact.id, correction.fact.version) == ("a", "orders/x", (1, 8))
    assert b'"value":null' in correction.fact.dumps()
    states |= changed
    assert corrections_since(STEPS[1], states, document_states(fleet), DocumentTimes(0)) == []


class GrowingChangelog:
    """A reader of a changelog that has one batch of states more at each read; other topics are empty."""

    def __init__(self, *batches: StoredStates) -> None:
        self._batches = iter(batches)

    def read_from(self, topic: str, offsets: dict[int, int]) -> list[ConsumerRecord]:
        """As `Reader.read_from`."""
        states = enumerate(next(self._batches).items(), offsets[0])
        return [ConsumerRecord(topic, 0, offset, key, value, 0) for offset, (key, value) in states]

    def read(self, topic: str, partitions: list[int]) -> list[ConsumerRecord]:
        """As `Reader.read`."""
        return []


class FakeProducer:
    """Stands in for `SyncProducer`."""

    def __init__(self) -> None:
        self.records: list[ProducerRecord] = []

    def send(self, record: ProducerRecord) -> None:
        """Store the record."""
        self.records.append(record)

    def flush(self) -> None:
        """Nothing to wait for."""


def test_states_that_change_during_a_rebuild_are_corrected_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The facts come first, then the correction, which is not repeated when the state is read again."""
    fleet = Fleet(STAGES, partitions=1)
    fleet.put("orders", "x", Order(id="x", user_id="a"), version=(1, 1))
    fleet.run()
    before = document_states(fleet)
    fleet.put("orders", "x", None, version=(1, 8))
    fleet.run()
    reader: Any = GrowingChangelog(before, document_states(fleet), document_states(fleet))
    producer: Any = FakeProducer()
    assert reemit(reader, producer, STEPS[1], 1) == 2
    assert [version_of(record.headers) for record in producer.records] == [(1, 1), (1, 8)]
    assert capsys.readouterr().out == "documents: partition 1 of 1, 2 facts\n"


def test_the_time_of_a_document_is_that_of_its_newest_version() -> None:
    """An older record may be written again; a document without a record has changed now."""
    times = DocumentTimes(99)
    for offset, (at, version) in enumerate(((10, b"1.5"), (20, b"1.7"), (30, b"1.6"))):
        times.observe(ConsumerRecord("orders", 0, offset, b"o", b"{}", at, ((VERSION, version),)))
    times.observe(ConsumerRecord("orders", 0, 8, b"plain", b"{}", 40))
    assert times.of(b"orders/o") == 20
    assert times.of(b"orders/plain") == 40
    assert times.of(b"orders/other") == 99


def test_the_time_of_a_document_is_that_of_the_newest_record_whatever_its_origin() -> None:
    """A topic that was captured and is fed from outside now holds records of both."""
    times = DocumentTimes(99)
    for offset, (version, at) in enumerate(((b"3.9", 10), (None, 20), (None, 15), (b"3.8", 30))):
        headers = () if version is None else ((VERSION, version),)
        times.observe(ConsumerRecord("orders", 0, offset, b"o", b"{}", at, headers))
        assert times.of(b"orders/o") == at
