"""Facts decoded from JSON into structs, several times faster than into the models of schemas/facts.py.

The structs are generated from those models, so a new field of a document or a new kind of fact needs no
edit here. The structs decode the form in which `route` writes facts. Bytes of any other form are given to the
models, which decode or refuse them.
"""

from typing import Any, ClassVar, Union, get_args

import msgspec

from schemas.facts import FACT, Fact
from workers.people.struct_from_model import tagged_struct_of


class FactStruct(msgspec.Struct, tag_field="kind", gc=False):
    """The base of the structs of all kinds of facts."""

    kind: ClassVar[str]


FACT_STRUCTS = tuple(tagged_struct_of(model, FactStruct) for model in get_args(get_args(Fact)[0]))
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Union[FACT_STRUCTS])  # noqa: UP007


def read_fact(data: bytes) -> Any:
    """The fact of some JSON: a struct, or a model if the form is not that of `route`; else ValueError."""
    try:
        return _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError):
        return FACT.validate_json(data)
