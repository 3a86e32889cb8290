"""Generated products: what happens to the documents of a few people, corrections and deletions included."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hypothesis import strategies as st

from schemas.documents import Event, JobPreference, JobView, Message, Order, User
from schemas.mail import Outcome
from schemas.model import Model, epoch_ms

START = epoch_ms(datetime(2024, 2, 1, tzinfo=UTC))
DAY_MS = 86_400_000
SPAN_MS = 20 * DAY_MS  # the time over which things happen
PEOPLE = ("a", "b", "c")
ADDRESSES = ("ann@x.jp", "bob@x.jp", "cid@x.jp", " ANN@x.jp")


class Happening(NamedTuple):
    """A document has a new content, or is deleted (None)."""

    topic: str
    id: str
    document: Model | None


people = st.sampled_from(PEOPLE)
some = st.sampled_from(("x", "y", None))
days = st.none() | st.integers(-40, 40).map(lambda day: (START + day * DAY_MS) / 1000)
addresses = st.sampled_from((*ADDRESSES, None))


def fields(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a document, each drawn on its own."""
    return st.fixed_dictionaries(more)


class Kind(NamedTuple):
    """A topic, its model, the ids of its documents, what they hold."""

    model: type[Model]
    ids: tuple[str, ...]
    fields: st.SearchStrategy[dict[str, Any]]


OWNED = ("1", "2", "3")
KINDS: Mapping[str, Kind] = {
    "users": Kind(
        User,
        PEOPLE,
        fields(
            email=addresses,
            name=st.sampled_from((None, "Ann Lee", "田中健二")),
            age=st.sampled_from((None, 30)),
            interests=st.sampled_from(([], ["art"], ["art", "tea"])),
            cuisine_preference=st.sampled_from(([], ["Thai"])),
            created_at=st.sampled_from((None, "2023-01-01", "2024-01-01")),
        ),
    ),
    "events": Kind(
        Event,
        OWNED,
        fields(
            name=some,
            date=days,
            venue=some,
            host=some,
            event_type=some,
            participants=st.lists(
                st.sampled_from(ADDRESSES)
                | st.fixed_dictionaries({"email": st.sampled_from(ADDRESSES), "name": some}),
                max_size=4,
            ),
        ),
    ),
    "orders": Kind(Order, OWNED, fields(user_id=people | st.none(), date=days)),
    "messages": Kind(
        Message,
        OWNED,
        fields(user_id=people, status=st.sampled_from(("sent", "queued", "draft")), sent_date=days),
    ),
    "job-views": Kind(JobView, OWNED, fields(user_id=people, job_id=some)),
    "job-preferences": Kind(
        JobPreference,
        OWNED,
        fields(user_id=people, job_id=some, preference_type=st.sampled_from(("saved", "applied"))),
    ),
}


@st.composite
def happenings(draw: st.DrawFn) -> Happening:
    """One thing that happens; deletions are one in five."""
    topic = draw(st.sampled_from((*KINDS, "users", "events", "events")))
    kind = KINDS[topic]
    id_ = draw(st.sampled_from(kind.ids))
    if draw(st.integers(0, 4)) == 0:
        return Happening(topic, id_, None)
    return Happening(topic, id_, kind.model.model_validate({"id": id_, **draw(kind.fields)}))


histories = st.lists(happenings(), min_size=1, max_size=25)


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
reports = st.builds(Report, people, st.integers(1, 3), st.sampled_from(OUTCOMES))
marks = st.builds(Mark, st.integers(0, 3), st.sampled_from(((), (), (), ("messages",))))
lives = st.lists(happenings() | happenings() | marks | reports, min_size=1, max_size=30)
