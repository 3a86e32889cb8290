"""Extractors: a document of one person reaches the inbox whole, with every field that its model has."""

from typing import Any

import pytest

from schemas.facts import FACT
from topics.catalog import BY_NAME, DOCUMENTS, OWNED
from workers.route.extractors import EXTRACTORS, Stamp, payload
from workers.route.permissions import PERMISSIONS


def test_every_document_topic_has_an_extractor() -> None:
    """And every topic of permissions."""
    assert list(EXTRACTORS) == [*(topic.name for topic in DOCUMENTS), *PERMISSIONS]


@pytest.mark.parametrize("topic", ["users", *OWNED])
def test_a_new_field_of_a_document_needs_no_edit_to_reach_the_inbox(topic: str) -> None:
    """The fact of a topic holds the model of its documents, so that it has every field of them."""
    model: Any = BY_NAME[topic].payload[0]
    for example in model.EXAMPLES:
        document = model.model_validate(example)
        first = EXTRACTORS[topic](document)[0]
        fact = payload(first.id, Stamp((1, 2), 3), first.value)

        assert (first.topic, first.id) == ("inbox", f"{topic}/{document.id}")
        assert FACT.validate_json(fact.dumps()).value == document
        assert type(fact).model_fields["value"].annotation == model | None
