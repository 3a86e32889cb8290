"""Filtering equals a plain loop over what is in a document, and never fails, whatever stands there."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.product.test_mapping import ODD
from workers.product.filter_entries import read_conditions
from workers.product.filters import holds
from workers.product.mapping import encode_document, is_left_out, map_document
from workers.product.sources import read_sources

STATES = ["paid", "void", "", None, 0, 1, 2.5, True, False]
states = st.sampled_from(STATES) | st.lists(st.sampled_from(STATES), max_size=3)
entries = st.fixed_dictionaries(
    {"email": st.sampled_from(["a@x.jp", "b@x.jp", "c@x.jp"])},
    optional={"state": st.sampled_from(["going", "no", "Going ", None]), "host": st.booleans()},
)
documents = st.fixed_dictionaries(
    {"attendees": st.lists(entries, max_size=5)}, optional={"state": states, "owner": st.just("B@x.jp")}
)
SOURCES = read_sources(
    {
        "orders": {"where": {"state": {"is": ["paid", "void"], "not": ["2.5", "1"]}}},
        "messages": {"where": {"state": {"is": ["paid", "void"], "not": ["2.5", "1"]}}},
        "events": {
            "fields": {
                "participants": {
                    "path": "attendees",
                    "where": {
                        "state": "going",
                        "host": {"not": True},
                        "email": {"not_same_as": "owner"},
                    },
                },
                "capacity": {"count": "attendees", "where": {"host": {"not": True}}},
            }
        },
    }
)
words = st.text(min_size=1, max_size=4).filter(str.strip)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
asked = st.one_of(
    *(kind | st.lists(kind, min_size=1, max_size=3) for kind in (words, numbers, st.booleans()))
)
paths = st.sampled_from(["email", "name", "contact.mail", "contact.0.name", "x", "0"])
operators = st.fixed_dictionaries(
    {}, optional={"is": asked, "not": asked, "same_as": paths, "not_same_as": paths, "exists": st.just(True)}
).filter(bool)


def texts(value: Any) -> list[str]:
    """The values of a state that there are, as they would be written by hand."""
    values = value if isinstance(value, list) else [value]
    written = {0: "0", 1: "1", 2.5: "2.5"}
    kept = [each for each in values if each not in (None, "")]
    return [str(each).lower() if isinstance(each, bool | str) else written[each] for each in kept]


@given(st.lists(documents, max_size=6))
def test_the_documents_that_are_kept_are_those_of_a_plain_loop(product: list[dict[str, Any]]) -> None:
    for topic, kept_if_missing in (("orders", False), ("messages", True)):
        expected = []
        for document in product:
            state = texts(document.get("state"))
            excluded = "1" in state or "2.5" in state
            fits = kept_if_missing if not state else "paid" in state or "void" in state
            if fits and not excluded:
                expected.append(document)
        source = SOURCES.of(topic)

        assert [document for document in product if not is_left_out(source, document)] == expected


@given(documents)
def test_the_participants_are_those_of_a_plain_loop(document: dict[str, Any]) -> None:
    going, guests = [], 0
    for entry in document["attendees"]:
        guests += not entry.get("host")
        if (entry.get("state") or "").strip().lower() != "going" or entry.get("host"):
            continue
        if "owner" in document and entry["email"] == "b@x.jp":
            continue
        going.append(entry["email"])
    mapped = map_document(SOURCES.of("events"), {"_id": 1} | document)

    assert [each["email"] for each in mapped["participants"]] == going
    assert mapped["capacity"] == guests


@given(
    st.dictionaries(paths.filter(lambda path: "." not in path), ODD, max_size=5),
    st.dictionaries(paths, operators, min_size=1, max_size=3),
    st.sampled_from(["orders", "messages", "users"]),
)
def test_any_conditions_on_any_document_are_decided(
    document: dict[str, Any], where: dict[str, Any], topic: str
) -> None:
    """Its fields are still mapped, and it is left out exactly if the conditions do not hold."""
    computed = {
        "name": {"join": ["name", "contact.mail"]},
        "email": {"first": ["email", "contact.mail"]},
        "age": {"sum": "contact", "of": ["x", "0"], "where": where},
        "gender": {"path": "name", "values": {"a": "b"}},
    }
    table = {"where": where} | ({"fields": computed} if topic == "users" else {})
    source = read_sources({topic: table}).of(topic)
    problems: list[str] = []
    verdict = holds(read_conditions("x", where, problems), document, document)

    assert problems == []
    assert is_left_out(source, document) == (
        (verdict is not True) if topic != "messages" else verdict is False
    )
    assert encode_document(source, document | {"_id": 1})
