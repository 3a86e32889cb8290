"""What the stand-in writes: sentences in the language of the request, in the form of its schema. Pure.

The same request gets the same answer, and no sentence stands twice in it while there are others.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from zlib import crc32

from deploy.embedded.openai.requests import ResponseRequest
from deploy.embedded.openai.strict_schema import SchemaPath

TOKEN = re.compile(r"\{\{[^{}]*\}\}")
HIRAGANA = re.compile(r"[ぁ-ゖ]")
LANGUAGES = {"english": "en", "en": "en", "japanese": "ja", "ja": "ja", "日本語": "ja"}
MOST_ITEMS = 3  # of a list
DEEPEST = 8  # level from which on the last of several schemas is taken, which may be null
ANY = ("text",)


@cache
def sentences(language: str) -> Mapping[SchemaPath, list[str]]:
    """All sentences of a language, by the end of the path of their property."""
    tables = tomllib.loads(files(__package__).joinpath("sentences.toml").read_text("utf-8"))[language]
    return {
        (name,) if above == "any" else (above, name): texts
        for above, table in tables.items()
        for name, texts in table.items()
    }


def answer_text(request: ResponseRequest) -> str:
    """The text of the answer: JSON by the schema of the request, else a few sentences."""
    pen, form = Pen(request), request.form
    if form is None:
        return " ".join(pen.texts(ANY))
    written = pen.value(form.schema, (form.name,), form.schema)
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


class Pen:
    """Writes one answer."""

    def __init__(self, request: ResponseRequest) -> None:
        self._input = request.input_text
        self._facts = _facts(self._input)
        named = LANGUAGES.get(str(self._facts.get("language", "")).strip().lower())
        self.language = named or ("ja" if HIRAGANA.search(self._input) else "en")
        self._seed = crc32(request.prompt_text.encode("utf-8", "replace"))
        self._written: set[str] = set()

    def value(self, schema: Any, path: SchemaPath, root: Mapping[str, Any]) -> Any:
        """A value that a strict schema allows; `path` has the names of the form and its properties."""
        if not isinstance(schema, dict):
            return None
        if "$ref" in schema:
            return self.value(referred(schema["$ref"], root), path, root)
        if "anyOf" in schema:
            option = 0 if len(path) < DEEPEST else -1  # a schema may contain itself
            return self.value(schema["anyOf"][option], path, root)
        if "const" in schema or "enum" in schema:
            values = [schema["const"]] if "const" in schema else schema["enum"]
            return values[self._number(path) % len(values)]
        kind = schema.get("type")
        match kind[0] if isinstance(kind, list) else kind:
            case "object":
                properties = schema.get("properties", {})
                return {name: self.value(below, (*path, name), root) for name, below in properties.items()}
            case "array":
                return self._items(schema, path, root)
            case "string":
                return self.texts(path)[0]
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return True
        return None

    def _items(self, schema: Mapping[str, Any], path: SchemaPath, root: Mapping[str, Any]) -> list[Any]:
        items = schema["items"]
        if items.get("type") == "string" and "enum" not in items:
            return self.texts(path, MOST_ITEMS)
        return [self.value(items, path, root) for _ in range(max(1, schema.get("minItems", 1)))]

    def texts(self, path: SchemaPath, most: int = 1) -> list[str]:
        """So many sentences for a property, at least one."""
        usable = self._usable(path)
        begin = self._number(path) % len(usable)
        turned = usable[begin:] + usable[:begin]
        chosen = [text for text in turned if text not in self._written][:most] or turned[:1]
        self._written.update(chosen)
        return chosen

    def _usable(self, path: SchemaPath) -> list[str]:
        """The sentences for a property that can be used: those of the longest end of its path."""
        table = sentences(self.language)
        ends = (*(path[start:] for start in range(len(path))), ANY)
        rows = ([row for row in table.get(end, ()) if self._is_told(row)] for end in ends)
        return next(filter(None, rows))

    def _is_told(self, row: str) -> bool:
        """Whether the request tells of all tokens of a sentence."""
        return all(token in self._input for token in TOKEN.findall(row))

    def _number(self, path: SchemaPath) -> int:
        return crc32("/".join(path).encode("utf-8", "replace"), self._seed)


def referred(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a reference such as `#/$defs/Name` points to; an empty one when there is none."""
    found: Any = root
    for step in reference.removeprefix("#").split("/"):
        if step:
            found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _facts(text: str) -> dict[str, str]:
    """The facts of an input that is a JSON object: texts, of lists the first one; none of another input."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    firsts = {name: each[0] if isinstance(each, list) and each else each for name, each in value.items()}
    return {name: " ".join(each.split()) for name, each in firsts.items() if isinstance(each, str)}
