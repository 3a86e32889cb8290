"""One spelling of UUIDs, whatever bytes or JSON hold them. Pure.

Binary values of the old subtype 3 do not say in which order a driver wrote the bytes, so it is a setting.
Those of subtype 4 have the order of the text.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

# as the drivers of MongoDB name the orders of bytes in their option uuidRepresentation
UuidRepresentation = Literal["pythonLegacy", "javaLegacy", "csharpLegacy"]
DEFAULT: UuidRepresentation = "pythonLegacy"
UUID_BYTES = 16
OLD_SUBTYPE, SUBTYPE = 3, 4


def binary_text(data: bytes, subtype: int, representation: UuidRepresentation = DEFAULT) -> str:
    """Binary data as text: a UUID in lower case with hyphens if it is one, else base64."""
    if len(data) != UUID_BYTES or subtype not in (OLD_SUBTYPE, SUBTYPE):
        return base64.b64encode(data).decode()
    if subtype == OLD_SUBTYPE and representation == "csharpLegacy":
        return str(UUID(bytes_le=data))
    if subtype == OLD_SUBTYPE and representation == "javaLegacy":
        return str(UUID(bytes=data[7::-1] + data[:7:-1]))
    return str(UUID(bytes=data))


def with_plain_binaries(value: Any, representation: UuidRepresentation = DEFAULT) -> Any:
    """A value of JSON with `binary_text` in place of MongoDB's extended JSON for binary data.

    A UUID becomes `{"$uuid": text}`, which keeps that it was one. What is malformed stays as it is.
    """
    if isinstance(value, list):
        return [with_plain_binaries(item, representation) for item in value]
    if not isinstance(value, dict):
        return value
    if "$uuid" in value and len(value) == 1:
        return {"$uuid": _spelled(value["$uuid"])}
    if "$binary" not in value or (found := _binary_of(value)) is None:
        return {name: with_plain_binaries(item, representation) for name, item in value.items()}
    text = binary_text(*found, representation)
    is_uuid = len(found[0]) == UUID_BYTES and found[1] in (OLD_SUBTYPE, SUBTYPE)
    return {"$uuid": text} if is_uuid else text


def _binary_of(value: Mapping[str, Any]) -> tuple[bytes, int] | None:
    """Data and subtype of `{"$binary": {"base64", "subType"}}`, or of the older `{"$binary", "$type"}`."""
    inner = value["$binary"]
    data, subtype = (inner, value.get("$type")) if isinstance(inner, str) else (None, None)
    if isinstance(inner, Mapping):
        data, subtype = inner.get("base64"), inner.get("subType")
    try:
        number = int(subtype, 16) if isinstance(subtype, str) else 0 if subtype is None else int(subtype)
        return base64.b64decode(data or "", validate=True), number
    except (ValueError, TypeError, binascii.Error):
        return None


def _spelled(text: Any) -> Any:
    """The text of a UUID in lower case with hyphens; anything else as it is."""
    try:
        return str(UUID(text)) if isinstance(text, str) else text
    except ValueError:
        return text
