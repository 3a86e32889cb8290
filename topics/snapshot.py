"""The JSON Schema of every payload, committed under schemas/snapshots.

`python -m topics.snapshot` writes them. Topics that programs from outside write have the schema of what is
accepted, all others that of what is written. A change that breaks a reader is written only with `--breaking`.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

import schemas
from topics.catalog import CATALOG
from topics.compatibility import breaks
from topics.row import OUTSIDE, Topic

FOLDER = Path(schemas.__file__).parent / "snapshots"
Schema = dict[str, Any]
ADVICE = (
    "Give the changed payload a new version: a row of its own in topics/catalog.py (orders-v2),"
    " and let the old topic run out.\n"
    "If no reader and no old record can meet the change: python -m topics.snapshot --breaking"
)


def current(catalog: Iterable[Topic] = CATALOG) -> dict[str, Schema]:
    """The schema of every payload, from the models, by the name of its file."""
    return {file_name(row, model): schema_of(row, model) for row in catalog for model in row.payload}


def file_name(row: Topic, model: type[BaseModel]) -> str:
    """`orders.json`, or `inbox.OrderFact.json` where a topic has several payloads."""
    return f"{row.name}.json" if len(row.payload) == 1 else f"{row.name}.{model.__name__}.json"


def schema_of(row: Topic, model: type[BaseModel]) -> Schema:
    """The JSON Schema of one payload."""
    mode: JsonSchemaMode = "validation" if OUTSIDE in row.producers else "serialization"
    return {"$schema": GenerateJsonSchema.schema_dialect, **model.model_json_schema(mode=mode)}


def committed(folder: Path = FOLDER) -> dict[str, Schema]:
    """The schemas in the folder, by the names of their files."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def broken(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[str]:
    """Each change that breaks a reader, one line each; a removed payload is one."""
    removed = [
        f"{name}: the payload is gone, so old records of it are refused" for name in old if name not in new
    ]
    return removed + [
        f"{name}: {line}" for name in old if name in new for line in breaks(old[name], new[name])
    ]


def changed(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[str]:
    """The names of the files that are missing, left over, or different."""
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def write(new: Mapping[str, Schema], folder: Path = FOLDER, *, breaking: bool = False) -> list[str]:
    """Write the schemas to the folder; returns the names of the files that changed.

    Raises ValueError, and writes nothing, when a reader would break and `breaking` is not given.
    """
    old = committed(folder)
    if not breaking and (lines := broken(old, new)):
        raise ValueError("\n".join(lines))
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed(old, new):
        if name in new:
            text = json.dumps(new[name], indent=2, ensure_ascii=False) + "\n"
            (folder / name).write_text(text, "utf-8")
        else:
            (folder / name).unlink()
    return changed(old, new)


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Write the snapshots; the exit code is 1 when that would break a reader, 2 for an unknown argument."""
    if set(arguments) - {"--breaking"}:
        print("usage: python -m topics.snapshot [--breaking]", file=sys.stderr)
        return 2
    try:
        names = write(current(), folder, breaking="--breaking" in arguments)
    except ValueError as error:
        print(f"{error}\n{ADVICE}", file=sys.stderr)
        return 1
    print("\n".join(names) or "nothing changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
