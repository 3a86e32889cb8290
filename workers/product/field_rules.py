"""The `fields` of a table of `deploy/sources.toml`: where each field of a payload comes from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import BaseModel

from schemas.notes import Noted
from topics.row import Topic
from workers.product.computed_entries import FieldOrigin, FieldTarget, read_origin
from workers.product.computed_values import Computation, CountOf, SumOf
from workers.product.filter_entries import path_parts, read_conditions
from workers.product.filters import PathCondition, paths_from_top
from workers.product.reading.fields import is_reference

OWN_ID = "_id"


@dataclass(frozen=True)
class FieldRule:
    """Where a field of a payload comes from.

    `path` leads from the document to the value; it is () for one that is `computed`. `values` is an
    enumeration: what stands for which value, by its `word_key`. `reference` marks ids, which become canonical
    text. `parts` are the fields of sub-documents, with paths inside each of them; those sub-documents for
    which `where` does not hold are left out. `required` fields cannot be switched off.
    """

    name: str
    path: tuple[str, ...]
    reference: bool = False
    required: bool = False
    parts: tuple["FieldRule", ...] = ()
    computed: Computation | None = field(default=None, repr=False)
    values: tuple[tuple[str, Any], ...] = field(default=(), repr=False)
    where: tuple[PathCondition, ...] = field(default=(), repr=False)

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths at which the value is read; none for a constant."""
        return (self.path,) if self.computed is None else self.computed.paths

    @property
    def compared_paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths from the top of the document with which its conditions compare."""
        computed_where = self.computed.where if isinstance(self.computed, SumOf | CountOf) else ()
        inner = (path for part in self.parts for path in part.compared_paths)
        return (*paths_from_top((*self.where, *computed_where)), *inner)

    @property
    def is_entered(self) -> bool:
        """Whether its value is made of documents, or of lists of them."""
        return bool(self.parts) or isinstance(self.computed, SumOf | CountOf)

    @property
    def beyond_paths(self) -> tuple[object, ...]:
        """What it says beside paths; () for nothing."""
        inner = tuple((part.name, said) for part in self.parts if (said := part.beyond_paths))
        said = (self.computed, self.values, self.where, inner)
        return said if any(said) else ()


def field_rules(topic: Topic, overrides: Mapping[str, Any], problems: list[str]) -> tuple[FieldRule, ...]:
    """The rules of a topic's payload, the id's first; what is wrong in `overrides` is added to `problems`."""
    model = topic.payload[0]
    rules = _fields(f"{topic.name}.fields", model, overrides, problems)
    id_rule = FieldRule("id", (OWN_ID,), reference=True, required=True)
    for rule in rules:
        if rule.name == "id":
            id_rule = rule
    if id_rule.path[:1] != (OWN_ID,):
        problems.append(
            f"{topic.name}.fields.id: must be `_id` or a path in it, because a deletion tells nothing else"
        )
    return (id_rule, *(rule for rule in rules if rule.name != "id"))


def _fields(
    where: str, model: type[BaseModel], overrides: Mapping[str, Any], problems: list[str]
) -> tuple[FieldRule, ...]:
    set_by_reading = model.SET_BY_READING if issubclass(model, Noted) else ()
    names = [name for name in model.model_fields if name not in set_by_reading]
    unknown = [name for name in overrides if name not in names]
    problems.extend(f"{where}.{name}: unknown field, there are {', '.join(names)}" for name in unknown)
    rules = (_field(f"{where}.{name}", name, model, overrides.get(name), problems) for name in names)
    return tuple(rule for rule in rules if rule is not None)


def _field(
    where: str, name: str, model: type[BaseModel], entry: Any, problems: list[str]
) -> FieldRule | None:
    info = model.model_fields[name]
    if entry is False:
        if info.is_required():
            problems.append(f"{where}: is required and cannot be left out")
        return None
    inner = _inner(info.annotation)
    target = FieldTarget(where, model, name)
    parts: tuple[FieldRule, ...] = ()
    conditions: tuple[PathCondition, ...] = ()
    if inner is None and isinstance(entry, dict):
        origin = read_origin(target, entry, problems)
    else:
        table = dict(entry) if isinstance(entry, dict) else {"path": entry}
        origin = FieldOrigin(_path(target, table.pop("path", None), inner is not None, problems))
        conditions = read_conditions(f"{where}.where", table.pop("where", {}), problems)
        parts = _fields(where, inner, table, problems) if inner else ()
    return FieldRule(
        name,
        origin.path,
        reference=is_reference(name),
        required=info.is_required(),
        parts=parts,
        computed=origin.computed,
        values=origin.values,
        where=conditions,
    )


def _path(target: FieldTarget, entry: Any, nested: bool, problems: list[str]) -> tuple[str, ...]:
    """The path of a field, that of its own name without an entry."""
    if entry is None:
        entry = OWN_ID if target.name == "id" else target.name
    parts = path_parts(entry)
    if parts is None:
        or_table = "a table with a path and its fields" if nested else "a table that says what to make it of"
        problems.append(
            f"{target.place}: must be a path like `profile.name`, {or_table}, or false, not {entry!r}"
        )
    return parts or ("",)


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The model of the sub-documents in a field; None for a field of plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _inner(part))), None)
