"""UUIDs have one spelling: from BSON of either subtype, from extended JSON, as keys and as references."""

import base64
import json
import uuid
from typing import Any

import bson
import pytest
from bson import Binary, DBRef
from bson.binary import CSHARP_LEGACY, JAVA_LEGACY, OLD_UUID_SUBTYPE, PYTHON_LEGACY, STANDARD

from workers.commands.verify_documents import stored_ids
from workers.product.mapping import document_key, encode_document, map_document
from workers.product.mongo import CODEC
from workers.product.reading.uuids import DEFAULT, UuidRepresentation, with_plain_binaries
from workers.product.sources import Source, digest, read_sources
from workers.route.stage import documents_stage

UUID = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")
TEXT = str(UUID)
DRIVERS: dict[UuidRepresentation, int] = {
    "pythonLegacy": PYTHON_LEGACY,
    "javaLegacy": JAVA_LEGACY,
    "csharpLegacy": CSHARP_LEGACY,
}
every_driver = pytest.mark.parametrize("driver", DRIVERS)


def stored(driver: UuidRepresentation) -> Any:
    """The UUID as a driver has stored it, and as ours reads it."""
    data = bson.encode({"id": Binary.from_uuid(UUID, DRIVERS[driver])})
    return bson.decode(data, CODEC)["id"]


def source(topic: str, driver: UuidRepresentation) -> Source:
    return read_sources({}, driver).of(topic)


@every_driver
def test_keys_and_references_have_the_spelling_of_the_text(driver: UuidRepresentation) -> None:
    """Of documents, of deletions (which have the id alone), inside compound ids, and in references."""
    id_ = stored(driver)
    assert document_key(source("users", driver), id_) == TEXT
    assert map_document(source("users", driver), {"_id": id_})["id"] == TEXT
    for reference in (id_, DBRef("users", id_), Binary.from_uuid(UUID)):
        assert map_document(source("orders", driver), {"_id": 1, "user_id": reference})["user_id"] == TEXT
    assert document_key(source("users", driver), {"of": id_, "n": [id_]}) == json.dumps(
        {"of": TEXT, "n": [TEXT]}, separators=(",", ":")
    )


@every_driver
def test_subtype_4_is_read_under_every_setting(driver: UuidRepresentation) -> None:
    """It has one order of bytes."""
    read = bson.decode(bson.encode({"id": Binary.from_uuid(UUID, STANDARD)}), CODEC)["id"]
    assert document_key(source("users", driver), read) == TEXT


@every_driver
@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("topic", ["users", "orders"])
def test_extended_json_agrees_with_bson(driver: UuidRepresentation, older: bool, topic: str) -> None:
    """In topics that are fed from outside; the record's key is the text of the UUID."""
    inputs = documents_stage(uuids=driver).inputs
    for data, subtype in ((bytes(stored(driver)), "03"), (UUID.bytes, "04"), (UUID.bytes, "4")):
        text = base64.b64encode(data).decode()
        inner = {"$binary": text, "$type": subtype}
        value = inner if older else {"$binary": {"base64": text, "subType": subtype}}
        field = {"id": value} if topic == "users" else {"id": "o", "user_id": value}
        read = inputs[topic](json.dumps(field | {"amount": 5, "age": 5}).encode())
        assert (read.document.id if topic == "users" else read.document.user_id) == TEXT
        if topic == "users":
            assert read.own == ((TEXT,), "UUID")
        assert read.document.notes == []


@pytest.mark.parametrize("text", [TEXT, TEXT.upper(), UUID.hex, f"{{{TEXT}}}", f"urn:uuid:{TEXT}"])
def test_uuid_in_extended_json_has_one_spelling(text: str) -> None:
    document = (
        documents_stage()
        .inputs["orders"](json.dumps({"id": "1", "user_id": {"$uuid": text}}).encode())
        .document
    )
    assert document.user_id == TEXT


@pytest.mark.parametrize("subtype", ["00", "03", "04", "80"])
def test_other_binary_data_agree_too(subtype: str) -> None:
    """They are base64, whatever subtype says that they are UUIDs."""
    value = Binary(b"\0\1\2", int(subtype, 16))
    json_value = {"$binary": {"base64": "AAEC", "subType": subtype}}
    assert with_plain_binaries([json_value]) == [document_key(source("users", DEFAULT), value)] == ["AAEC"]


@pytest.mark.parametrize(
    "value", [{"$binary": 5}, {"$binary": {"base64": "?"}}, {"$binary": "AAEC", "$type": "x"}, {"$uuid": 7}]
)
def test_malformed_extended_json_is_noted(value: Any) -> None:
    document = documents_stage().inputs["users"](json.dumps({"id": "1", "name": value}).encode()).document
    assert (document.name in (None, "7"), document.id) == (True, "1")


@pytest.mark.parametrize("subtype", [OLD_UUID_SUBTYPE, 4])
def test_a_uuid_that_is_too_short_is_decoded(subtype: int) -> None:
    """The driver, asked for UUIDs, would refuse the whole batch with it."""
    decoded = bson.decode(bson.encode({"_id": Binary(b"12345", subtype)}), CODEC)
    assert json.loads(encode_document(source("users", DEFAULT), decoded))["id"] == "MTIzNDU="


def test_another_order_of_bytes_is_another_mapping() -> None:
    """All keys change, so that everything is read anew; under the default the digest is that of before."""
    digests = {driver: digest(read_sources({}, driver).captured, "a") for driver in DRIVERS}
    assert len(set(digests.values())) == 3
    assert digests["pythonLegacy"] == digest(read_sources({}).captured, "a")


@every_driver
def test_verify_finds_the_documents(driver: UuidRepresentation) -> None:
    assert stored(driver) in stored_ids([TEXT], driver)
