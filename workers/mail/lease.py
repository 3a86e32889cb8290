"""The state of one decision in `mail`: the lease, later the outcome; and its bytes."""

from typing import Literal

import msgspec

FORMAT = b"\x01"
MailOutcome = Literal["written", "failed", "expired"]


class Lease(msgspec.Struct, array_like=True):
    """A decision is being written, or (`outcome`) was. Times in epoch milliseconds.

    `attempt` counts how often the writing was begun: more than once means a crash in between.
    """

    decision: str
    person: str
    leased_at: int
    attempt: int = 1
    outcome: MailOutcome | None = None
    ended_at: int | None = None


class LeaseCodec:
    """A byte for the format, then msgpack; equal leases give equal bytes."""

    def __init__(self) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Lease)

    def encode(self, state: Lease, /) -> bytes:
        """The bytes of a lease."""
        return FORMAT + self._encoder.encode(state)

    def decode(self, data: bytes, /) -> Lease:
        """The lease of some bytes; raises ValueError for bytes of another format."""
        if data[:1] != FORMAT:
            raise ValueError(
                f"mail: state of format {data[:1].hex() or 'none'}, this program reads {FORMAT.hex()}"
            )
        try:
            return self._decoder.decode(data[1:])
        except msgspec.DecodeError as error:
            raise ValueError(f"mail: state cannot be read: {error}") from None
