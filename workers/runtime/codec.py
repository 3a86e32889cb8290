"""Typed structs as the state of a stage: msgpack behind one byte that names the format."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import msgspec

S = TypeVar("S")


class StructCodec(Generic[S]):
    """Turns a msgspec struct into bytes and back; equal states give equal bytes.

    Another meaning of the struct's fields needs another `format` (0-255). Bytes of `older` formats are read
    by the functions given for them (without the format's byte), and written anew; others are refused.
    """

    def __init__(
        self, kind: type[S], format: int = 1, older: Mapping[int, Callable[[bytes], S]] | None = None
    ) -> None:
        self._head = bytes((format,))
        self._older = older or {}
        self._encoder = msgspec.msgpack.Encoder(order="deterministic")
        self._decoder = msgspec.msgpack.Decoder(kind)

    def encode(self, state: S, /) -> bytes:
        """The bytes of a state."""
        return self._head + self._encoder.encode(state)

    def decode(self, data: bytes, /) -> S:
        """The state of some bytes; ValueError for a format that is not known, or other fields."""
        if data[:1] == self._head:
            return self._decoder.decode(data[1:])
        if data and data[0] in self._older:
            return self._older[data[0]](data[1:])
        raise ValueError(f"state of format {data[:1].hex() or 'nothing'}, {self._head.hex()} is read here")


class NoStateCodec:
    """The codec of a stage that never has a state."""

    def encode(self, state: None, /) -> bytes:
        """Nothing is encoded, because there is nothing; raises TypeError."""
        raise TypeError("a stage without states has none to encode")

    def decode(self, data: bytes, /) -> None:
        """Bytes in its changelog are another's; raises ValueError."""
        raise ValueError("a stage without states has none to decode")
