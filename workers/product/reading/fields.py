"""Which reader reads which field of a document.

The type of the field in its model decides, so that a new field of a type in DEFAULT_READERS, or of a
`Literal` of words, is read without a row here. A field of another type, or with a form of its own, needs a
row in SPECIAL_READERS. All readers are resolved once, when this file is imported.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from schemas.documents import Document, Event, Job, JobPreference, Message, Order, Participant, User
from schemas.notes import Noted
from workers.product.reading.addresses import read_address
from workers.product.reading.dates import read_day, read_time
from workers.product.reading.lists import read_participants, read_words
from workers.product.reading.numbers import read_age, read_amount, read_integer, read_number
from workers.product.reading.resumes import read_resume
from workers.product.reading.values import (
    FieldReader,
    choice_reader,
    read_boolean,
    read_id,
    read_prose,
    read_text,
    read_time_zone,
)
from workers.product.reading.vocabularies import (
    read_answer,
    read_event_status,
    read_language,
    read_order_status,
    read_preference,
    read_status,
)

FieldReaders = tuple[tuple[str, FieldReader], ...]  # of every field, in the order of the model

DEFAULT_READERS: Mapping[Any, FieldReader] = {
    str: read_text,
    list[str]: read_words,
    datetime: read_time,
    date: read_day,
    int: read_integer,
    float: read_number,
    bool: read_boolean,
}
SPECIAL_READERS: Mapping[type[BaseModel], Mapping[str, FieldReader]] = {
    User: {
        "email": read_address,
        "age": read_age,
        "language": read_language,
        "time_zone": read_time_zone,
        "resume": read_resume,
    },
    Order: {"amount": read_amount, "status": read_order_status},
    Event: {
        "participants": read_participants,
        "status": read_event_status,
        "time_zone": read_time_zone,
    },
    Message: {"content": read_prose, "status": read_status},
    JobPreference: {"preference_type": read_preference},
    Job: {"description": read_prose},
    Participant: {"email": read_address, "status": read_answer},
}


def field_readers(model: type[Noted]) -> FieldReaders:
    """The readers of all fields that a source may have; raises TypeError for a field without a reader."""
    return tuple(
        (name, reader_of(model, name)) for name in model.model_fields if name not in model.SET_BY_READING
    )


def is_reference(name: str) -> bool:
    """Whether a field holds an id: its own document's or another one's."""
    return name == "id" or name.endswith("_id")


def reader_of(model: type[BaseModel], name: str) -> FieldReader:
    """The reader of a field; raises TypeError for a field without a reader."""
    for parent in model.__mro__:
        special = SPECIAL_READERS.get(parent, {}).get(name)
        if special is not None:
            return special
    kind = value_type(model.model_fields[name].annotation)
    if kind is str and is_reference(name):
        return read_id
    if get_origin(kind) is Literal and all(isinstance(choice, str) for choice in get_args(kind)):
        return choice_reader(*get_args(kind))
    if kind not in DEFAULT_READERS:
        raise TypeError(f"{model.__name__}.{name}: nothing reads {kind}; add a row to SPECIAL_READERS")
    return DEFAULT_READERS[kind]


def value_type(annotation: Any) -> Any:
    """The type of a value that is not null: `Moment | None` is a datetime."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        annotation = kinds[0] if len(kinds) == 1 else annotation
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


READERS: Mapping[type[Noted], FieldReaders] = {model: field_readers(model) for model in get_args(Document)}
