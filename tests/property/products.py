"""Generated products: what happens to the documents of a few people, corrections and deletions included.

Documents come as messy as databases hold them, and beside them stands what they mean.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, cycle, islice
from typing import Any, NamedTuple

from hypothesis import strategies as st

from schemas.documents import Event, JobPreference, JobView, Message, Order, User
from schemas.mail import Outcome
from schemas.model import Model, to_epoch_ms
from schemas.notes import Noted
from tests.property import messy
from tests.property.messy import PEOPLE, Value

BEGIN = datetime(2024, 2, 1, tzinfo=UTC)
START = to_epoch_ms(BEGIN)
DAY_MS = 86_400_000
SPAN_MS = 20 * DAY_MS  # the time over which things happen


class Messy(Model):
    """A document as it comes, and as it is meant."""

    raw: dict[str, Any]
    meant: dict[str, Any]

    def dumps(self) -> bytes:
        """The document as it comes."""
        return json.dumps(self.raw).encode()


class Happening(NamedTuple):
    """A document has a new content, or is deleted (None)."""

    topic: str
    id: str
    document: Messy | None


Values = Sequence[Value]
DATES = (*messy.times(BEGIN), *messy.NO_TIMES * 8)
EMAILS = (*messy.ADDRESSES * 2, *messy.NO_ADDRESSES)


class Kind(NamedTuple):
    """A model, the ids of its documents; fields that most of them have, and fields that some have."""

    model: type[Noted]
    ids: tuple[str, ...]
    most: Mapping[str, Values]
    some: Mapping[str, Values]


def same(names: str, values: Values) -> dict[str, Values]:
    """Fields that hold the same kind of value."""
    return dict.fromkeys(names.split(), values)


EACH = 40  # rows of a field that some have, so that each is as likely
OWNED = ("1", "2", "3", "4")
OWNER = {"user_id": messy.OWNERS}
KINDS: Mapping[str, Kind] = {
    "users": Kind(
        User,
        PEOPLE,
        {"email": EMAILS, "created_at": DATES, "age": messy.AGES, "birth_date": messy.BIRTH_DATES},
        {
            **same("interests cuisine_preference dietary_restrictions", messy.WORDS),
            **same("gender occupation relationship_status table_type_preference", messy.TEXTS),
            **same("home_neighborhood work_neighborhood", messy.TEXTS),
            "name": messy.NAMES,
            "language": messy.LANGUAGES,
            "time_zone": messy.ZONES,
            "role": messy.ROLES,
            "is_team_member": messy.FLAGS,
        },
    ),
    "events": Kind(
        Event,
        (*OWNED, "5", "6", "7"),
        {"date": DATES, "host": messy.TEXTS},
        same("name venue event_type neighborhood", messy.TEXTS) | {"cuisine": messy.WORDS},
    ),
    "orders": Kind(Order, OWNED, {**OWNER, "date": DATES}, {"amount": messy.AMOUNTS}),
    "messages": Kind(
        Message,
        OWNED,
        {**OWNER, "status": messy.STATUSES, "sent_date": DATES},
        {"created_date": DATES},
    ),
    "job-views": Kind(
        JobView,
        OWNED,
        {**OWNER, "job_id": messy.JOBS, "viewed_at": DATES},
        {"tags": messy.WORDS, "time_spent_seconds": messy.SECONDS},
    ),
    "job-preferences": Kind(
        JobPreference,
        OWNED,
        {**OWNER, "job_id": messy.JOBS, "preference_type": messy.PREFERENCES},
        {"tags": messy.WORDS, "created_at": DATES},
    ),
}
lists = st.lists(st.sampled_from(messy.PARTICIPANTS), min_size=1, max_size=7)


def listed(found: Values) -> Value:
    """The list of an event: those that have no address are left out."""
    raw = [one.raw for one in found]
    return Value(raw, [one.meant for one in found if not one.bad], any(one.bad for one in found))


def documents(topic: str, kind: Kind) -> st.SearchStrategy[dict[str, Value]]:
    """The fields of one document; as few draws as possible, for they are what a product costs."""
    most = [st.sampled_from([(name, value) for value in values]) for name, values in kind.most.items()]
    if topic == "events":
        most.append(lists.map(lambda found: ("participants", listed(found))))
    rows = {name: list(islice(cycle(values), EACH)) for name, values in kind.some.items()}
    some = st.sampled_from([(name, value) for name, values in rows.items() for value in values])
    return st.tuples(*most, st.lists(some, max_size=8)).map(lambda drawn: dict([*drawn[:-1], *drawn[-1]]))


def written(topic: str, id_: str, fields: Mapping[str, Value]) -> Messy:
    """A document of some fields, with the notes it should get."""
    notes = [(name, "malformed") for name, value in fields.items() if value.bad]
    meant = {name: value.meant for name, value in fields.items()}
    if topic == "messages":
        notes += contradictions(meant)
    raw = {name: value.raw for name, value in fields.items()}
    nothing = {name: field.get_default() for name, field in KINDS[topic].model.model_fields.items()}
    return Messy.model_construct(raw={"id": id_} | raw, meant=nothing | meant | {"id": id_, "notes": notes})


def contradictions(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A message that waits and was sent, or was sent at no time."""
    status, sent = message["status"], message["sent_date"]
    if status == "queued" and sent:
        return [("sent_date", "contradictory")]
    nowhen = status == "sent" and not sent and not message.get("created_date")
    return [("sent_date", "contradictory")] if nowhen else []


CONTENTS = {topic: documents(topic, kind) for topic, kind in KINDS.items()}


def said(topic: str, id_: str) -> st.SearchStrategy[Happening]:
    """A document with some content."""
    return CONTENTS[topic].map(lambda fields: Happening(topic, id_, written(topic, id_, fields)))


@st.composite
def happenings(draw: st.DrawFn) -> Happening:
    """One thing that happens; deletions are one in five."""
    topic = draw(st.sampled_from((*KINDS, "users", "events", "events")))
    id_ = draw(st.sampled_from(KINDS[topic].ids))
    if draw(st.integers(0, 4)) == 0:
        return Happening(topic, id_, None)
    return draw(said(topic, id_))


some = st.lists(happenings(), max_size=12)
histories = st.tuples(some, some).map(lambda both: [*chain(*both)]).filter(bool)
BEGINNING = tuple((topic, id_) for topic, kind in KINDS.items() for id_ in kind.ids)
everything = st.tuples(*(said(topic, id_) for topic, id_ in BEGINNING)).map(list)
full = st.tuples(everything, some, some).map(lambda parts: [*chain(*parts)])
products = histories | full


def remaining(history: Sequence[Happening]) -> dict[str, list[Messy]]:
    """The documents there are in the end, by topic, in the order of their ids."""
    last = {(topic, id_): document for topic, id_, document in history}
    return {
        topic: [
            document
            for (where, _), document in sorted(last.items())
            if where == topic and document is not None
        ]
        for topic in KINDS
    }


class Report(NamedTuple):
    """Something becomes of the last decision about a person."""

    person: str
    slot: int
    outcome: Outcome


class Mark(NamedTuple):
    """A watermark; `waiting` names sources that are not ready."""

    days: int
    waiting: tuple[str, ...]


OUTCOMES: tuple[Outcome, ...] = ("written", "sent", "failed", "bounced", "clicked", "unsubscribed")
reports = st.builds(Report, st.sampled_from(PEOPLE), st.integers(1, 3), st.sampled_from(OUTCOMES))
marks = st.builds(Mark, st.integers(0, 3), st.sampled_from(((), (), (), ("messages",))))
parts = st.lists(happenings() | happenings() | marks | reports, max_size=15)
lives = st.tuples(parts, parts, parts).map(lambda all_: [*chain(*all_)]).filter(bool)
