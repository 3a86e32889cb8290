"""The difference between what a document emits now and what it emitted before. Pure."""

from collections.abc import Mapping, Sequence

from schemas.model import Model
from workers.route.extractors import EXTRACTORS, Emission, Stamp, payload
from workers.route.state import EmittedRef
from workers.runtime.stage import Output


def emissions_of(topic: str, document: Model) -> dict[EmittedRef, Emission]:
    """All that a document of a topic emits, by reference."""
    return {emission.ref(): emission for emission in EXTRACTORS[topic](document)}


def difference(
    emitted: Sequence[EmittedRef], emissions: Mapping[EmittedRef, Emission], stamp: Stamp
) -> list[Output]:
    """Retractions of what was emitted and is no more, then what is new or has another value."""
    known = set(emitted)
    current = {ref.target() for ref in emissions}
    retracted = [ref for ref in emitted if ref.target() not in current]
    return [_output(ref, stamp, None) for ref in retracted] + [
        _output(ref, stamp, emission.value) for ref, emission in emissions.items() if ref not in known
    ]


def _output(ref: EmittedRef, stamp: Stamp, value: Model | None) -> Output:
    id_ = f"{ref.id}@{stamp.version[0]}.{stamp.version[1]}/{ref.key}"
    return Output(ref.topic, ref.key, payload(ref.id, stamp, value), stamp.version, id_)
