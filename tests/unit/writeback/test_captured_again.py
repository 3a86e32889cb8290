"""The record of a mail is captured again, and changes the profile exactly once: the whole way in memory."""

import threading
from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any, cast

import pytest

from schemas.documents import Message
from schemas.mail import Email, Engagement, Outcome
from schemas.model import from_epoch_ms
from tests.unit.writeback.documents import Documents
from tests.unit.writeback.table import Table
from tests.world import DAY_MS, SARAH, World
from workers.product.airtable_records import document_of
from workers.product.mapping import encode_document
from workers.product.sources import Source, read_sources
from workers.writeback.airtable_messages import AirtableMessages
from workers.writeback.mail_record import MailRecord, MessageColumns, of_mail, of_outcome, paths_of
from workers.writeback.message_target import MessageTarget
from workers.writeback.mongo_messages import MongoMessages
from workers.writeback.recorder import MailRecorder

PERSON = "user_001"
DAYS = 60  # after which the next mail is surely due
Captured = Callable[[], Mapping[str, Mapping[str, Any]]]
Place = tuple[MessageTarget, Captured, Source]


def in_airtable() -> Place:
    """An empty table, and its records as capture reads them."""
    source = read_sources({"messages": {"from": "airtable"}}).of("messages")
    table = Table()
    columns = MessageColumns("decision_id", "status", "user_id", "content", "sent_date")

    def captured() -> Mapping[str, Mapping[str, Any]]:
        rows = [{"id": f"rec{number}"} | row for number, row in enumerate(table.rows)]
        return {row["id"]: document_of(source, row) for row in rows}

    return AirtableMessages(table, columns), captured, source


def in_mongodb() -> Place:
    """An empty collection, and its documents."""
    source = read_sources({}).of("messages")
    paths, messages = paths_of(source), Documents()
    assert isinstance(paths, MessageColumns)
    return MongoMessages(cast(Any, messages), source, paths, None), lambda: messages.documents, source


class Loop:
    """A person of the fleet in memory whose mails are written back and captured again."""

    def __init__(self, place: Place) -> None:
        self.world = World()
        target, self._captured, self._source = place
        self._recorder = MailRecorder(target, threading.Event())
        self.world.put("users", SARAH)
        self.world.settle()
        decision = self.world.decision()
        assert decision is not None
        assert decision.slot is not None
        self.decision = decision.id

    def write_back(self, *records: MailRecord | None) -> None:
        """Write records, and capture every message as it is then."""
        self._recorder.record([record for record in records if record is not None])
        for id_, document in self._captured().items():
            self.world.write("messages", id_, Message.loads(encode_document(self._source, document)))
        self.world.settle()

    def mail(self) -> MailRecord:
        """What writeback makes of the mail."""
        own = {"id": self.decision, "decision_id": self.decision, "person": PERSON}
        return of_mail(Email.model_validate(Email.EXAMPLES[0] | own))

    def outcome(self, kind: Outcome) -> MailRecord | None:
        """What writeback makes of an outcome that is reported now."""
        at = from_epoch_ms(self.world.now)
        said = Engagement(decision_id=self.decision, person=PERSON, outcome=kind, at=at)
        return of_outcome(said, self.world.now)

    def slots(self) -> list[str]:
        """The decisions that led to a mail, in order."""
        return [each.id for each in self.world.decisions() if each.slot is not None]

    def figures(self) -> tuple[Any, ...]:
        """What the profile says of mails: sent, queued, the last day, and whether another may be sent."""
        profile = self.world.profile(PERSON)
        assert profile is not None
        day = profile.last_message_sent_date
        can_send = profile.can_send_new_message
        return profile.total_messages_sent, profile.queued_message_count, day, can_send


@pytest.mark.parametrize("place", [in_airtable, in_mongodb])
def test_a_mail_counts_once_whatever_is_heard_first_and_however_often(place: Callable[[], Place]) -> None:
    """The outcome itself and the record of it, in any order, and again after a crash."""
    for order in permutations(("told", "recorded", "again")):
        loop = Loop(place())
        loop.write_back(loop.mail())
        assert loop.figures()[:3] == (0, 1, None)
        for act in order:
            if act == "told":
                loop.world.report(loop.decision, "sent")
                loop.world.settle()
            else:
                loop.write_back(loop.mail(), loop.outcome("sent"))

        day = from_epoch_ms(loop.world.now).date()
        assert loop.figures() == (1, 0, day, False)
        assert loop.slots() == [loop.decision]
        assert loop.world.dead_letters() == []


@pytest.mark.parametrize("place", [in_airtable, in_mongodb])
def test_the_next_mail_waits_for_the_end_of_the_cooldown_and_counts_as_the_second(
    place: Callable[[], Place],
) -> None:
    """What is written back of the first one moves nothing."""
    loop = Loop(place())
    loop.world.report(loop.decision, "sent")
    loop.write_back(loop.mail(), loop.outcome("sent"))
    first, day = loop.decision, from_epoch_ms(loop.world.now).date()
    for _ in range(DAYS):
        if loop.slots() != [first]:
            break
        loop.world.now += DAY_MS
        loop.write_back()
    assert loop.figures()[:3] == (1, 0, day)

    _, loop.decision = loop.slots()
    loop.world.report(loop.decision, "sent")
    loop.write_back(loop.mail(), loop.outcome("sent"))
    assert loop.figures() == (2, 0, from_epoch_ms(loop.world.now).date(), False)
