"""Typed structs as the state of a stage: msgpack behind one byte that names the format."""

from typing import Generic, TypeVar

import msgspec

S = TypeVar("S")


class StructCodec(Generic[S]):
    """Turns a msgspec struct into bytes and back; equal states give equal bytes.

    Another meaning of the struct's fields needs another `format` (0-255): older bytes are then refused.
    """

    def __init__(self, kind: type[S], format: int = 1) -> None:
        self._head = bytes((format,))
        self._encoder = msgspec.msgpack.Encoder(order="deterministic")
        self._decoder = msgspec.msgpack.Decoder(kind)

    def encode(self, state: S, /) -> bytes:
        """The bytes of a state."""
        return self._head + self._encoder.encode(state)

    def decode(self, data: bytes, /) -> S:
        """The state of some bytes; ValueError for another format or other fields."""
        if data[:1] != self._head:
            raise ValueError(
                f"state of format {data[:1].hex() or 'nothing'}, {self._head.hex()} is read here"
            )
        return self._decoder.decode(data[1:])
