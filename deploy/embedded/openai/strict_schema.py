"""The rules of strict structured output: which JSON schemas the API accepts. Pure."""

from collections.abc import Iterator
from typing import Any

FORBIDDEN = (
    "allOf", "oneOf", "not", "if", "then", "else", "default", "patternProperties",
    "dependentRequired", "dependentSchemas", "propertyNames", "unevaluatedProperties",
)  # fmt: skip
SHAPES = (("properties", dict), ("$defs", dict), ("anyOf", list), ("enum", list), ("required", list))
MOST_PROPERTIES, MOST_LEVELS, MOST_ENUM_VALUES = 5_000, 10, 1_000
SchemaPath = tuple[str, ...]


def problem_of(schema: dict[str, Any]) -> str | None:
    """Why a schema is not accepted as a strict one; None when it is."""
    if schema.get("type") != "object" or "anyOf" in schema:
        return "In context=(), schema must have type 'object' and no 'anyOf' at its root."
    found = next(_problems(schema, (), 1), None)
    if found is None and _count(schema, "properties") > MOST_PROPERTIES:
        found = f"In context=(), more than {MOST_PROPERTIES} properties are not permitted."
    if found is None and _count(schema, "enum") > MOST_ENUM_VALUES:
        found = f"In context=(), more than {MOST_ENUM_VALUES} values of enums are not permitted."
    return found


def _problems(schema: object, path: SchemaPath, level: int) -> Iterator[str]:
    if not isinstance(schema, dict) or any(
        not isinstance(schema.get(key, new()), new) for key, new in SHAPES
    ):
        yield f"In context={path}, the schema is not valid JSON Schema."
        return
    if level > MOST_LEVELS:
        yield f"In context={path}, more than {MOST_LEVELS} levels are not permitted."
        return
    for keyword in FORBIDDEN:
        if keyword in schema:
            yield f"In context={path}, '{keyword}' is not permitted."
    if not {"type", "anyOf", "$ref", "enum", "const"} & schema.keys():
        yield f"In context={path}, schema must have a 'type' key."
    if schema.get("type") == "object":
        yield from _object_problems(schema, path)
    if schema.get("type") == "array" and "items" not in schema:
        yield f"In context={path}, array schema missing items."
    for step, below in _below(schema):
        yield from _problems(below, (*path, *step), level + (step[0] != "$defs"))


def _object_problems(schema: dict[str, Any], path: SchemaPath) -> Iterator[str]:
    if schema.get("additionalProperties") is not False:
        yield f"In context={path}, 'additionalProperties' is required to be supplied and to be false."
    if sorted(map(str, schema.get("required", ()))) != sorted(schema.get("properties", ())):
        yield (
            f"In context={path}, 'required' is required to be supplied and to be an array "
            "including every key in properties."
        )


def _below(schema: dict[str, Any]) -> Iterator[tuple[SchemaPath, object]]:
    """The schemas within a schema, and the steps to them."""
    for keyword in ("properties", "$defs"):
        for name, below in schema.get(keyword, {}).items():
            yield (keyword, name), below
    for number, below in enumerate(schema.get("anyOf", ())):
        yield ("anyOf", str(number)), below
    if "items" in schema:
        yield ("items",), schema["items"]


def _count(schema: object, keyword: str) -> int:
    if not isinstance(schema, dict):
        return 0
    return len(schema.get(keyword, ())) + sum(_count(below, keyword) for _, below in _below(schema))
