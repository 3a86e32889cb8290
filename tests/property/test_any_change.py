"""Any JSON as a change of Debezium, under any key: a value, or one sentence; nothing else is raised."""

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from tests.unit.product.reading.test_any_json import ANY, JSON
from topics.catalog import DOCUMENTS as TOPICS
from workers.product.changes.change import id_of_change, read_change
from workers.product.changes.columns import CONVERTED
from workers.product.reading import read
from workers.product.sources import read_sources

SOURCES = read_sources({topic.name: {"external": True, "format": "debezium"} for topic in TOPICS})
TOPIC_OF = {topic.payload[0]: topic.name for topic in TOPICS}
FIELDS = sorted({name for topic in TOPICS for name in topic.payload[0].model_fields})
schemas = st.recursive(
    st.fixed_dictionaries(
        {"field": st.sampled_from(FIELDS), "name": st.sampled_from([*CONVERTED, None]) | JSON},
        optional={"type": st.sampled_from(["array", "struct", "int64"]), "parameters": JSON},
    ),
    lambda inner: st.fixed_dictionaries(
        {
            "field": st.sampled_from(["after", "before", *FIELDS]),
            "type": st.sampled_from(["array", "struct"]),
        },
        optional={"fields": st.lists(inner, max_size=4) | JSON, "items": inner | JSON},
    ),
    max_leaves=8,
)
positions = st.fixed_dictionaries(
    {},
    optional={
        "connector": st.sampled_from(["mongodb", "postgresql", "mysql"]) | JSON,
        "ts_ms": st.integers(0, 2**53) | JSON,
        **dict.fromkeys(["name", "lsn", "sequence", "file", "pos", "ord"], st.integers() | JSON),
    },
)


@given(ANY, positions | JSON, st.sampled_from("curdtm") | JSON, schemas | JSON, st.booleans())
def test_any_change_is_read_or_refused(
    case: tuple[Any, dict[str, Any]], source: Any, op: Any, schema: Any, is_flat: bool
) -> None:
    """And what is read can be read as a document."""
    model, row = case
    added = {f"__source_{name}": each for name, each in source.items()} if isinstance(source, dict) else {}
    flat = row | added | {"__op": op}
    payload = flat if is_flat else {"before": row, "after": row, "op": op, "source": source}
    value = {"schema": {"fields": [schema]} if not is_flat else schema, "payload": payload}
    with suppress(ValueError):
        change = read_change(SOURCES.of(TOPIC_OF[model]), to_json(value, inf_nan_mode="constants"), 2**52)
        assert change.content is None or read(model, change.content).dumps()


@given(JSON | st.text(max_size=8), st.dictionaries(st.text(max_size=3), JSON, max_size=3))
def test_any_key_names_a_document_or_is_refused(key: Any, row: dict[str, Any]) -> None:
    text = key if isinstance(key, str) else to_json(key, inf_nan_mode="constants").decode()
    with suppress(ValueError):
        assert id_of_change(SOURCES.of("users"), text, row).id
