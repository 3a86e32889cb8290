"""A stage whose metrics count what it reads."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from workers.runtime.stage import Decoder, Stage


def counted(stage: Stage[Any], count: Callable[[Any], None]) -> Stage[Any]:
    """The stage, with `count` called for every value that it decodes; what is read again counts again."""

    def counting(decode: Decoder) -> Decoder:
        def decode_and_count(data: bytes) -> Any:
            value = decode(data)
            count(value)
            return value

        return decode_and_count

    inputs: Mapping[str, Decoder] = {topic: counting(decode) for topic, decode in stage.inputs.items()}
    return replace(stage, inputs=inputs)
