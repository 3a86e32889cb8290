"""Facts of one person as Hypothesis strategies, and the person's state after them."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from schemas.facts import FACT
from tests.world import DAY_MS, ms
from workers.people.facts import apply_fact
from workers.people.state import StoredPerson

START = ms("2024-02-10")
PERSON, OWN = "a", "ann@x.jp"
words = st.sampled_from(("x", "y", "z", None))
lists = st.lists(st.sampled_from(("x", "y", "z")), max_size=2, unique=True)
times = st.none() | st.integers(-900, 200).map(lambda days: START + days * DAY_MS // 2 + days % 3)
iso = times.map(lambda at: None if at is None else at / 1000)
moments = times.map(lambda at: (START if at is None else at) / 1000)
notes = st.sampled_from(([], [], [{"field": "age", "problem": "malformed", "reason": "is no age"}]))
others = st.lists(
    st.fixed_dictionaries(
        {"email": st.sampled_from(("b@x.jp", "c@x.jp", "d@x.jp")), "name": st.sampled_from((None, "Bo"))}
    ),
    max_size=3,
    unique_by=lambda other: other["email"],
)


def value(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A document with these fields, and notes."""
    return st.fixed_dictionaries({**fields, "notes": notes})


USERS = value(
    email=st.sampled_from((OWN, None, "b@x.jp")),
    name=st.sampled_from((None, "Ann Lee", "田中健二")),
    age=st.sampled_from((None, 0, 30, 35)),
    birth_date=st.sampled_from((None, "1989-03-01", "1992-02-29", "2023-08-01", "2024-03-05")),
    occupation=words,
    interests=lists,
    language=st.sampled_from((None, "ja-JP", "Japanese", "en", "?")),
    role=st.sampled_from((None, "Staff", "guest")),
    resume=st.sampled_from((None, "Painter", "Pilot")),
)
VALUES = {
    "user": USERS,
    "order": value(date=iso, amount=st.sampled_from((None, 0.1, 0.2, 75.0, 19.99))),
    "attendance": value(
        date=iso, name=words, venue=words, host=words, event_type=words, neighborhood=words, cuisine=lists,
        companions=others,
    ),
    "message": value(sent_date=iso, status=st.sampled_from(("sent", "queued", "draft"))),
    "job-view": value(viewed_at=iso, job_id=words, tags=lists, time_spent_seconds=st.sampled_from((5, 60.5))),
    "job-preference": value(
        created_at=iso, job_id=words, tags=lists,
        preference_type=st.sampled_from(("applied", "rejected", "saved")),
    ),
    "interaction": st.fixed_dictionaries(
        {
            "person": st.just(PERSON),
            "at": moments,
            "job_id": words,
            "tags": lists,
            "kind": st.sampled_from(("viewed", "saved", "rejected", "searched")),
            "undo": st.booleans(),
        }
    ),
    "resume": st.fixed_dictionaries({"person": st.just(PERSON), "text": st.sampled_from(("Nurse", "Cook"))}),
    "claim": st.fixed_dictionaries({"owns": st.booleans()}),
    "suppression": st.fixed_dictionaries(
        {"subject": st.just("person:a"), "at": moments, "reason": st.sampled_from(("bounced", "imported"))}
    ),
    "consent": st.fixed_dictionaries(
        {"subject": st.just("person:a"), "at": moments, "given": st.booleans()}
    ),
    "pause": st.fixed_dictionaries(
        {
            "subject": st.just("person:a"), "by": st.just("ops"), "at": moments, "until": iso,
            "paused": st.booleans(),
        }
    ),
    "answer": st.fixed_dictionaries(
        {
            "decision_id": st.just("a:1"), "person": st.just(PERSON), "at": moments,
            "field": st.sampled_from(("interests", "age")), "value": st.sampled_from(("x", 30, ["x", "y"])),
        }
    ),
    "grant": st.fixed_dictionaries(
        {
            "person": st.just(PERSON), "number": st.integers(1, 3), "until": moments,
            "granted": st.booleans(),
        }
    ),
}  # fmt: skip
PREFIXES = {"user": "users/", "order": "orders/", "attendance": "events/", "message": "messages/"}
PREFIXES |= {"job-view": "job-views/", "job-preference": "job-preferences/", "claim": "claims/a/"}
PREFIXES |= {"interaction": "interactions/", "resume": "resumes/", "answer": "answers/", "grant": "grants/"}
PREFIXES |= {"suppression": "suppressions/", "consent": "consents/", "pause": "controls/"}
ONE_EACH = ("user", "resume", "grant")  # a person has one such fact


def fact(kind: str, number: int, document: dict[str, Any] | None, version: int) -> Any:
    """A fact of the person: the document `number` of its kind, with its fields (None: retracted)."""
    id_ = f"{PREFIXES[kind]}{PERSON if kind in ONE_EACH else number}"
    if kind == "attendance":
        id_ += f"/{OWN}"
        document = document and {**document, "event_id": str(number)}
    elif document is not None and kind != "claim":
        document = {**document, "id": id_.partition("/")[2]}
    body = {"kind": kind, "id": id_, "version": (1, version), "at": START + version, "value": document}
    return FACT.validate_python(body)


@st.composite
def facts(draw: st.DrawFn, most: int = 25) -> list[Any]:
    """The user, then other facts, in the order of their versions."""
    drawn = [fact("user", 0, draw(USERS), 1)]
    for version in range(2, draw(st.integers(2, most)) + 1):
        kind = draw(st.sampled_from(tuple(VALUES)))
        retracted = draw(st.integers(0, 7)) == 0 and kind != "user"
        document = None if retracted else draw(VALUES[kind])
        drawn.append(fact(kind, draw(st.integers(0, 5)), document, version))
    return drawn


def stored_person_of(applied: Iterable[Any], as_of: int = START) -> StoredPerson:
    """The state of the person after facts were applied."""
    stored = StoredPerson(PERSON, as_of)
    for each in applied:
        apply_fact(stored, each)
    return stored
