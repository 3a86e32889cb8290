"""The databases that capture follows."""

import pytest

from workers.capture.databases import databases_of, is_database
from workers.capture.position import DELETIONS
from workers.product.sources import SourcesError, digest, read_sources

CONTENT = {
    "orders": {"database": "shop"},
    "events": {"cluster": "crm", "database": "product"},
    "jobs": {"cluster": "crm"},
    "messages": {"database": "product"},
}
URLS = {"": "mongodb://a", "crm": "mongodb://b"}


def test_collections_are_grouped_by_their_database() -> None:
    """One that is named as MONGO_DATABASE is the same; the names tell the sources apart."""
    found = databases_of(read_sources(CONTENT).captured, "product", URLS)
    topics = {each.name: each.topics for each in found}
    assert topics.keys() == {"mongo", "mongo:/shop", "mongo:crm/product"}
    assert topics["mongo:/shop"] == ("orders",)
    assert topics["mongo:crm/product"] == ("events", "jobs")
    assert {"users", "messages"} < set(topics["mongo"])


def test_the_product_alone_has_the_mapping_of_before() -> None:
    """A position that was stored before there were several databases goes on."""
    captured = read_sources({}).captured
    (only,) = databases_of(captured, "product", URLS)
    assert (only.name, only.mapping) == ("mongo", digest(captured, "product"))


def test_a_cluster_without_a_url_is_named() -> None:
    with pytest.raises(SourcesError, match=r"^events\.cluster: MONGO_URLS has no URL for crm$"):
        databases_of(read_sources(CONTENT).captured, "product", {"": "mongodb://a"})


def test_the_keys_of_databases_are_known() -> None:
    """Others stand beside them in the topic of positions."""
    assert all(map(is_database, ("mongo", "mongo:/shop", "mongo:crm/product")))
    others = ("airtable/messages", f"mongo{DELETIONS}", f"mongo:crm/product{DELETIONS}", "users/resnapshot")
    assert not any(map(is_database, others))
