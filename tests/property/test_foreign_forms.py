"""Any JSON in the form of another tool, under any key: no profile is wiped, and none is made of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from tests.unit.product.reading.test_any_json import ANY, JSON
from tests.unit.route.test_foreign_forms import MIA, Feed
from topics.catalog import DOCUMENTS as TOPICS
from workers.product.reading.forms import ForeignFormError, check_key
from workers.product.reading.values import READ_ERRORS
from workers.route.decoding import ReadDocument
from workers.route.stage import DOCUMENTS

TOPIC_OF = {topic.payload[0]: topic.name for topic in TOPICS}
Wrap = Callable[[dict[str, Any]], dict[str, Any]]
WRAPS: tuple[Wrap, ...] = (
    lambda raw: {"before": None, "after": raw, "op": "c", "source": {}},
    lambda raw: {"before": raw, "after": None, "op": "d", "ts_ms": 1},
    lambda raw: {"before": raw, "after": raw},
    lambda raw: {"schema": {"type": "struct"}, "payload": raw},
    lambda raw: {"schema": None, "payload": {"after": raw, "op": "r"}},
    lambda raw: {"payload": raw},
    lambda raw: {"operationType": "insert", "fullDocument": raw, "documentKey": {"_id": "mia"}},
    lambda raw: {"operationType": "delete", "ns": {"db": "a", "coll": "b"}},
    lambda raw: raw | {"__deleted": "true"},
    lambda raw: raw | {"__deleted": True},
    lambda raw: raw | {"__op": "d"},
    lambda raw: {"database": "a", "type": "insert", "data": raw},
    lambda raw: {"unknown": raw},
)
QUOTES: tuple[Callable[[str], str], ...] = (
    json.dumps,
    lambda key: json.dumps({"id": key}),
    lambda key: json.dumps({"id": json.dumps({"$oid": key})}),
    lambda key: json.dumps({"schema": {}, "payload": key}),
    lambda key: f"Struct{{id={key}}}",
    lambda key: f"\0\0\0\0\x05{key}",
    lambda key: " " * len(key),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(ANY, st.sampled_from(WRAPS))
def test_a_document_in_any_envelope_is_refused(case: tuple[Any, dict[str, Any]], wrap: Wrap) -> None:
    """Whatever document of whatever topic is in it."""
    model, raw = case
    data = to_json(wrap(raw), inf_nan_mode="constants")
    with pytest.raises(ForeignFormError):
        DOCUMENTS.inputs[TOPIC_OF[model]](data)


@given(ANY)
def test_a_plain_document_is_read(case: tuple[Any, dict[str, Any]]) -> None:
    """With any content in its fields; one without any is refused."""
    model, raw = case
    decode, data = DOCUMENTS.inputs[TOPIC_OF[model]], to_json(raw, inf_nan_mode="constants")
    try:
        document = decode(data)
    except ForeignFormError:
        assert not raw.keys() - model.SET_BY_READING
    else:
        assert isinstance(document, ReadDocument)
        assert document.document is not None
        assert decode(document.document.dumps()).document == document.document


@given(texts, st.sampled_from(QUOTES), st.booleans())
def test_a_key_in_the_form_of_another_tool_is_refused(
    id_: str, quote: Callable[[str], str], has_id: bool
) -> None:
    """Unless it is the document's own id, to the letter."""
    with pytest.raises(READ_ERRORS):
        check_key(quote(id_), [id_] if has_id else [])


@given(
    st.sampled_from(["mia", '"mia"', '{"id":"mia"}', "", "eve", "\0mia", " mia"]) | texts,
    st.one_of(
        st.binary(max_size=30),
        JSON.map(lambda value: to_json(value, inf_nan_mode="constants")),
        st.sampled_from(WRAPS).map(lambda wrap: json.dumps(wrap(dict(MIA))).encode()),
        st.sampled_from([b'"\\ud83d"', b'{"id": "\\ud83d"}', b'{"name": "\\uDE00x"}', b"\xef\xbb\xbf{}"]),
    ),
)
def test_nothing_but_a_plain_document_changes_a_profile(key: str, value: bytes) -> None:
    """Each is a dead letter, or a document of which at least one field or the id is known."""
    feed = Feed()
    feed.put(key, value)
    is_letter = len(feed.errors()) == 1
    assert feed.people() <= {"mia", key.strip()}
    assert not is_letter or (feed.people(), feed.profile()) == ({"mia"}, feed.before)
