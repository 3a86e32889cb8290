"""Generated products: changes of the documents of a few people, corrections and deletions included.

Documents have the odd values that databases contain, beside the meanings of these values.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, cycle, islice
from typing import Any, NamedTuple

from hypothesis import strategies as st

from schemas.documents import Event, JobPreference, JobView, Message, Order, User
from schemas.interactions import Interaction
from schemas.mail import Outcome
from schemas.model import Model, to_epoch_ms
from tests.property import messy
from tests.property.messy import PEOPLE, Value

BEGIN = datetime(2024, 2, 1, tzinfo=UTC)
START = to_epoch_ms(BEGIN)
DAY_MS = 86_400_000
SPAN_MS = 20 * DAY_MS  # the time of all changes


class MessyDocument(Model):
    """A document as a database has it, and with the meanings of its fields."""

    raw: dict[str, Any]
    meant: dict[str, Any]

    def dumps(self) -> bytes:
        """The document as a database has it."""
        return json.dumps(self.raw).encode()


class DocumentChange(NamedTuple):
    """A document has new content, or is deleted (None)."""

    topic: str
    id: str
    document: MessyDocument | None


Values = Sequence[Value]
SITE = "interactions"  # no documents: the job site tells them, several times and never that they are gone
SITE_TIMES = tuple(
    BEGIN - timedelta(hours=hours, seconds=seconds)
    for hours in (0, 0, 0, 24, 24 * 50, 24 * 89, 24 * 95)
    for seconds in (0, 20, 60, 61)
)
SITE_DATES = tuple(messy.Value(at.isoformat(), at) for at in SITE_TIMES)
DATES = (*messy.times(BEGIN), *messy.NO_TIMES * 8)
EMAILS = (*messy.ADDRESSES * 2, *messy.NO_ADDRESSES)


class Kind(NamedTuple):
    """A model, the ids of its documents, `usual` fields of most of them, and `optional` fields of some."""

    model: type[Model]
    ids: tuple[str, ...]
    usual: Mapping[str, Values]
    optional: Mapping[str, Values]


def same(names: str, values: Values) -> dict[str, Values]:
    """Fields with the same values."""
    return dict.fromkeys(names.split(), values)


EACH = 40  # rows of each optional field, so that all are equally likely
OWNED = ("1", "2", "3", "4")
OWNER = {"user_id": messy.OWNERS}
KINDS: Mapping[str, Kind] = {
    "users": Kind(
        User,
        PEOPLE,
        {
            "email": EMAILS,
            "created_at": DATES,
            "age": messy.AGES,
            "birth_date": messy.BIRTH_DATES,
            "time_zone": messy.ZONES,
        },
        {
            **same("interests cuisine_preference dietary_restrictions", messy.WORDS),
            **same("gender occupation relationship_status table_type_preference", messy.TEXTS),
            **same("home_neighborhood work_neighborhood", messy.TEXTS),
            "name": messy.NAMES,
            "language": messy.LANGUAGES,
            "role": messy.ROLES,
            "is_team_member": messy.FLAGS,
            "resume": messy.RESUMES,
        },
    ),
    "events": Kind(
        Event,
        (*OWNED, "5", "6", "7"),
        {"date": DATES, "host": messy.SPELLINGS, "event_type": messy.TYPES},
        same("name venue neighborhood", messy.SPELLINGS) | {"cuisine": messy.WORDS},
    ),
    "orders": Kind(
        Order, OWNED, {**OWNER, "date": DATES}, {"amount": messy.AMOUNTS, "status": messy.ORDER_STATUSES}
    ),
    "messages": Kind(
        Message,
        OWNED,
        {**OWNER, "status": messy.STATUSES, "sent_date": DATES},
        {"created_date": DATES},
    ),
    "job-views": Kind(
        JobView,
        OWNED,
        {**OWNER, "job_id": messy.JOBS, "viewed_at": (*DATES, *SITE_DATES)},
        {"tags": messy.WORDS, "time_spent_seconds": messy.SECONDS},
    ),
    "job-preferences": Kind(
        JobPreference,
        OWNED,
        {**OWNER, "job_id": messy.JOBS, "preference_type": messy.PREFERENCES},
        {"tags": messy.WORDS, "created_at": DATES},
    ),
    SITE: Kind(
        Interaction,
        tuple(f"{person}{number}" for person in PEOPLE for number in range(4)),
        {"kind": messy.KINDS_OF_INTERACTIONS, "job_id": messy.SITE_JOBS, "at": SITE_DATES},
        {
            "undo": messy.BOOLEANS,
            "seconds": messy.plain(1.0, 2.5, 95.0, 700.0),
            "source": messy.SOURCES,
            "tags": messy.plain([], ["art"], ["art", "tea"]),
            "query": messy.QUERIES,
            "place": messy.QUERIES,
        },
    ),
}
lists = st.lists(st.sampled_from(messy.PARTICIPANTS), min_size=1, max_size=7)


def listed(participants: Values) -> Value:
    """The participants of an event; those who do not take part are left out of the meaning."""
    raw = [participant.raw for participant in participants]
    meant = [participant.meant for participant in participants if participant.meant is not None]
    return Value(raw, meant, any(participant.bad for participant in participants))


def documents(topic: str, kind: Kind) -> st.SearchStrategy[dict[str, Value]]:
    """The fields of one document, with as few draws as possible, because draws take most of the time."""
    usual = [st.sampled_from([(name, value) for value in values]) for name, values in kind.usual.items()]
    if topic == "events":
        usual.append(lists.map(lambda drawn: ("participants", listed(drawn))))
    rows = {name: list(islice(cycle(values), EACH)) for name, values in kind.optional.items()}
    optional = st.sampled_from([(name, value) for name, values in rows.items() for value in values])
    return st.tuples(*usual, st.lists(optional, max_size=8)).map(
        lambda drawn: dict([*drawn[:-1], *drawn[-1]])
    )


def written(topic: str, id_: str, fields: Mapping[str, Value]) -> MessyDocument:
    """A document with some fields, and the notes that it should have."""
    notes = [(name, "malformed") for name, value in fields.items() if value.bad]
    meant = {name: value.meant for name, value in fields.items()}
    if topic == "messages":
        notes += contradictions(meant)
    raw = {name: value.raw for name, value in fields.items()}
    if topic == SITE:
        raw["person"] = meant["user_id"] = id_[0]
    defaults = {name: field.get_default() for name, field in KINDS[topic].model.model_fields.items()}
    return MessyDocument.model_construct(
        raw={"id": id_} | raw, meant=defaults | meant | {"id": id_, "notes": notes}
    )


def contradictions(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The note on a message that is queued and was sent, or was sent and has no date."""
    status, sent = message["status"], message["sent_date"]
    if status == "queued" and sent:
        return [("sent_date", "contradictory")]
    undated = status == "sent" and not sent and not message.get("created_date")
    return [("sent_date", "contradictory")] if undated else []


CONTENTS = {topic: documents(topic, kind) for topic, kind in KINDS.items()}


def new_contents(topic: str, id_: str) -> st.SearchStrategy[DocumentChange]:
    """A document with new content."""
    return CONTENTS[topic].map(lambda fields: DocumentChange(topic, id_, written(topic, id_, fields)))


@st.composite
def document_changes(draw: st.DrawFn) -> DocumentChange:
    """A change of a document; one in five is a deletion."""
    topic = draw(st.sampled_from((*KINDS, "users", "events", "events")))
    id_ = draw(st.sampled_from(KINDS[topic].ids))
    if draw(st.integers(0, 4)) == 0:
        return DocumentChange(topic, id_, None)
    return draw(new_contents(topic, id_))


short = st.lists(document_changes(), max_size=12)
histories = st.tuples(short, short).map(lambda both: [*chain(*both)]).filter(bool)
ALL_DOCUMENTS = tuple((topic, id_) for topic, kind in KINDS.items() for id_ in kind.ids)
everything = st.tuples(*(new_contents(topic, id_) for topic, id_ in ALL_DOCUMENTS)).map(list)
full = st.tuples(everything, short, short).map(lambda parts: [*chain(*parts)])
products = histories | full


def remaining(history: Sequence[DocumentChange]) -> dict[str, list[MessyDocument]]:
    """The documents at the end of a history, by topic, in the order of their ids; interactions: the last."""
    last = {(topic, id_): document for topic, id_, document in history if document or topic != SITE}
    return {
        topic: [
            document
            for (of_topic, _), document in sorted(last.items())
            if of_topic == topic and document is not None
        ]
        for topic in KINDS
    }


class Report(NamedTuple):
    """An outcome of a decision about a person."""

    person: str
    slot: int
    outcome: Outcome


class WatermarkAfter(NamedTuple):
    """A watermark after some days; `waiting` names sources that are not ready."""

    days: int
    waiting: tuple[str, ...]


OUTCOMES: tuple[Outcome, ...] = ("written", "sent", "failed", "bounced", "clicked", "unsubscribed")
reports = st.builds(Report, st.sampled_from(PEOPLE), st.integers(1, 3), st.sampled_from(OUTCOMES))
watermarks = st.builds(WatermarkAfter, st.integers(0, 3), st.sampled_from(((), (), (), ("messages",))))
parts = st.lists(document_changes() | document_changes() | watermarks | reports, max_size=15)
sequences = st.tuples(parts, parts, parts).map(lambda drawn: [*chain(*drawn)]).filter(bool)
