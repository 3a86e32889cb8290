"""Compares the topics of capture with the collections, document by document."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.integration.capturing import Product, version
from tests.soak.random_changes import COLLECTIONS
from tests.soak.verify import differing
from workers.product.mapping import document_key, encode_document
from workers.product.mongo import CODEC
from workers.product.sources import Source, load_sources
from workers.runtime.kafka.records import ConsumerRecord


class TopicContent(NamedTuple):
    """A topic as compaction leaves it: the last value of every key that is not deleted.

    `overtaken` are the keys whose last record is not their newest version.
    """

    values: dict[str, bytes]
    overtaken: list[str]


def sources_of(shop: Product) -> tuple[Source, ...]:
    """The collections that change."""
    captured = load_sources(shop.settings.kairos_sources).captured
    return tuple(source for source in captured if source.collection in COLLECTIONS)


def differences(shop: Product) -> list[str]:
    """The documents whose last record is not what the collection holds, or not their newest version."""
    return [f"{source.topic}/{key}" for source in sources_of(shop) for key in topic_differences(shop, source)]


def topic_differences(shop: Product, source: Source) -> list[str]:
    """The keys of one topic that differ, and those that were overtaken."""
    content = compacted(shop.records(source.topic))
    return differing(documents(shop, source), content.values) + content.overtaken


def documents(shop: Product, source: Source) -> dict[str, bytes]:
    """What capture makes of each document of a collection, by key."""
    collection = shop.db.with_options(codec_options=CODEC)[source.collection]
    return {
        document_key(source, document["_id"]): encode_document(source, document)
        for document in collection.find()
    }


def compacted(records: Iterable[ConsumerRecord]) -> TopicContent:
    """What compaction leaves of the records of a topic, which come in the order of each partition."""
    last: dict[str, ConsumerRecord] = {}
    newest: dict[str, Any] = {}
    for record in records:
        key = (record.key or b"").decode()
        last[key] = record
        newest[key] = max(version(record), newest.get(key, (0, 0)))
    return TopicContent(
        {key: record.value for key, record in last.items() if record.value is not None},
        sorted(f"{key} is overtaken" for key, record in last.items() if version(record) != newest[key]),
    )
