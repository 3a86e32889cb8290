"""Whatever bytes come as a body, they are a valid interaction or a 4xx."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import InteractionFact
from schemas.interactions import Interaction
from workers.serve.tracking.endpoints import READERS, record_of
from workers.serve.tracking.messages import FORM, read_message, view
from workers.serve.tracking.plain_view import plain_view
from workers.serve.tracking.refusal import RequestRefused
from workers.serve.tracking.tokens import TokenKeys

NOW = 1_707_523_200_000
KEYS = TokenKeys({"k": "secret"}, 1_000)
NAMES = [
    *(
        "id",
        "visit",
        "seq",
        "age_ms",
        "age",
        "token",
        "person",
        "job_id",
        "job",
        "seconds",
        "source",
        "query",
    ),
    *("time_spent_seconds", "place", "kind", "preference_type", "undo", "request_id", "position", "bot"),
]
WORDS = st.sampled_from(
    ["saved", "rejected", "apply", "job_001", "visit-1", "true", "12", "-1", "1e400", "no"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=3,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), VALUES, max_size=9)
LIKELY = st.fixed_dictionaries(
    {"id": st.just("visit-1"), "job_id": VALUES, "seconds": VALUES, "kind": VALUES, "query": VALUES},
    optional=dict.fromkeys(("seq", "age_ms", "undo", "source", "position", "request_id", "place"), VALUES),
)
PLAIN = st.fixed_dictionaries(
    {"id": st.just("visit-1"), "seconds": st.floats(-1, 1_801) | st.integers(0, 1_801)},
    optional={
        **dict.fromkeys(("job", "job_id", "person", "token", "source", "request_id"), st.text(max_size=9)),
        **dict.fromkeys(("seq", "position"), st.integers(-1, 1_000_000_001) | st.floats(0, 9)),
        **dict.fromkeys(("age", "age_ms"), st.integers(-1, 10**16) | st.floats(-1, 9)),
        "bot": st.booleans(),
        "query": st.text(max_size=3),
    },
)
READ = st.sampled_from(sorted(READERS))


def outcome_of(refused: RequestRefused) -> bool:
    """False, when a body was refused as it must be."""
    assert refused.status in (400, 422)
    return False


def check(name: str, body: bytes, content_type: str) -> bool:
    """Read a body; whether it was accepted. What is accepted can be written and read by the next worker."""
    try:
        message = READERS[name](body, content_type)
    except RequestRefused as refused:
        return outcome_of(refused)
    record = record_of(message, "mia", NOW)
    interaction = Interaction.loads(record.value or b"")
    assert (record.key, interaction.person, interaction.id) == (b"mia", "mia", message.id)
    assert NOW - 86_400_000 <= record.at <= NOW
    assert 0 <= interaction.seconds <= 1_800
    assert len(record.value or b"") < 16_384
    InteractionFact(id=f"interactions/{message.id}", version=(0, 1), at=record.at, value=interaction)
    return True


@given(READ, st.binary(max_size=200), st.sampled_from(["text/plain", FORM, ""]) | st.text(max_size=20))
def test_any_bytes(name: str, body: bytes, content_type: str) -> None:
    """Under any content type."""
    check(name, body, content_type)


@given(READ, OBJECTS | LIKELY)
def test_any_object(name: str, values: dict[str, Any]) -> None:
    """With names that are known and values that are anything."""
    check(name, json.dumps(values).encode(), "text/plain")


@given(PLAIN | LIKELY)
def test_a_plain_view_is_read_as_any_other(values: dict[str, Any]) -> None:
    """The short way gives what the long one gives, or leaves the body to it."""
    body = json.dumps(values).encode()
    if (plain := plain_view(body)) is not None:
        assert plain == read_message(body, "", view)
    check("track-view", body, "")


@given(READ, st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30) | WORDS, max_size=9))
def test_any_form(name: str, values: dict[str, str]) -> None:
    """As a browser encodes it."""
    check(name, urlencode(values, errors="replace").encode(), FORM)


def test_the_cases_above_reach_an_interaction() -> None:
    """A valid body of each kind is accepted, so the properties are not about refusals alone."""
    body = {"id": "a", "job_id": "j", "seconds": 1, "kind": "saved", "query": "x" * 80}

    assert all(check(name, json.dumps(body).encode(), "") for name in READERS)


@given(
    st.text(max_size=60) | st.from_regex(r"\Ak\.[A-Za-z0-9_-]{0,9}\.[A-Za-z0-9_-]{0,9}\.[A-Za-z0-9_-]{0,9}\Z")
)
def test_any_text_is_no_token(text: str) -> None:
    """Nothing but a signed token names a person."""
    with pytest.raises(RequestRefused) as refused:
        KEYS.read(text, NOW)
    assert refused.value.status in (401, 403)
