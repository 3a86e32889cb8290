"""msgspec structs generated from pydantic models, to read JSON several times faster than the models do.

A struct has the fields of its model, in the same order, with the same types and defaults. What a struct
cannot express with the model's meaning (validators, constraints, aliases, types not listed in `struct_type`)
raises TypeError when the struct is generated, which is at import.
"""

from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.model import Moment

S = TypeVar("S", bound=msgspec.Struct)
SCALARS = (str, int, float, bool, date, NoneType)
CONTAINERS = (list, tuple, dict)
TIME = Annotated[datetime, msgspec.Meta(tz=True)]
MOMENT_VALIDATORS = Moment.__metadata__  # type: ignore[attr-defined]


@cache
def struct_of(model: type[BaseModel]) -> type[msgspec.Struct]:
    """The struct of a model."""
    return msgspec.defstruct(f"{model.__name__}Struct", fields_of(model), kw_only=True, gc=False)


def tagged_struct_of(model: type[BaseModel], base: type[S]) -> type[S]:
    """The struct of a model with a literal field `kind`, as a subclass of `base`, whose tag field is `kind`.

    `kind` is an attribute of the class, as the tag of a union is no field of a struct.
    """
    kind = model.model_fields["kind"].default
    return msgspec.defstruct(  # type: ignore[return-value]
        f"{model.__name__}Struct",
        fields_of(model, without="kind"),
        bases=(base,),
        namespace={"kind": kind},
        tag=kind,
        kw_only=True,
        gc=False,
    )


def fields_of(model: type[BaseModel], without: str | None = None) -> list[Any]:
    """The fields of a model for `msgspec.defstruct`: name, type, and the default if there is one."""
    decorators = model.__pydantic_decorators__
    if decorators.field_validators or decorators.model_validators or decorators.validators:
        raise TypeError(f"{model.__name__}: a model with validators cannot be made a struct")
    return [
        _field_of(f"{model.__name__}.{name}", name, field)
        for name, field in model.model_fields.items()
        if name != without
    ]


def _field_of(path: str, name: str, field: FieldInfo) -> tuple[Any, ...]:
    if field.alias is not None or field.validation_alias is not None:
        raise TypeError(f"{path}: a field with an alias cannot be made a field of a struct")
    annotation = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    kind = struct_type(path, annotation)
    if field.is_required():
        return (name, kind)
    if field.default_factory is not None or not _is_plain(field.default):
        raise TypeError(f"{path}: a struct cannot have the default {field!r}")
    return (name, kind, field.default)


def _is_plain(default: Any) -> bool:
    """Whether a default is a scalar or an empty container, which msgspec copies for each struct."""
    return isinstance(default, SCALARS) or default in ([], {}, ())


def struct_type(path: str, annotation: Any) -> Any:
    """The struct's type for the annotation of a model's field; TypeError naming `path` if there is none.

    Supported are scalars, literals, `Moment`, models, and lists, tuples, dicts and unions of these.
    """
    origin, parts = get_origin(annotation), get_args(annotation)
    if annotation in SCALARS or origin is Literal:
        return annotation
    if origin is Annotated and parts[0] is datetime and parts[1:] == MOMENT_VALIDATORS:
        return TIME
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return struct_of(annotation)
    if origin in CONTAINERS:
        return origin[tuple([part if part is Ellipsis else struct_type(path, part) for part in parts])]
    if origin in (Union, UnionType):
        return Union[tuple(struct_type(path, part) for part in parts)]  # noqa: UP007
    raise TypeError(f"{path}: {annotation} cannot be made the type of a struct's field")
