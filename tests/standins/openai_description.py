"""OpenAI's own description of its requests and answers, and what does not fit it.

`python -m tests.standins.openai_description FILE` makes the extract anew from the whole description, which is
`openapi.json` of the repository openai/openai-openapi.
"""

import base64
import json
import struct
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

EXTRACT = Path(__file__).parents[1] / "documents" / "openai.json"
HOW = (
    "openapi.json of openai/openai-openapi (MIT): the schemas of `roots` and all that they refer to, without "
    "prose and examples; made by tests/standins/openai_description.py"
)
PROSE = {"description", "title", "example", "examples", "deprecated"}
PREFIX = "#/components/schemas/"


class Exchange(NamedTuple):
    """The schemas of the request and of the answer of a path; None: it has no body, or none of JSON."""

    asked: str | None
    answered: str


EXCHANGES = {
    ("POST", "responses"): Exchange("CreateResponse", "Response"),
    ("POST", "embeddings"): Exchange("CreateEmbeddingRequest", "CreateEmbeddingResponse"),
    ("POST", "files"): Exchange(None, "OpenAIFile"),
    ("GET", "files"): Exchange(None, "ListFilesResponse"),
    ("GET", "files/{id}"): Exchange(None, "OpenAIFile"),
    ("DELETE", "files/{id}"): Exchange(None, "DeleteFileResponse"),
    ("POST", "batches"): Exchange("CreateBatchRequest", "Batch"),
    ("GET", "batches"): Exchange(None, "ListBatchesResponse"),
    ("GET", "batches/{id}"): Exchange(None, "Batch"),
    ("POST", "batches/{id}/cancel"): Exchange(None, "Batch"),
}
ERROR = "ErrorResponse"
ROOTS = sorted({ERROR, *(name for each in EXCHANGES.values() for name in each if name)})


def exchange_of(method: str, path: str) -> Exchange | None:
    """The schemas of a path such as `/v1/batches/batch_1`; None when its bodies are not described."""
    parts = path.removeprefix("/v1/").split("/")
    if len(parts) > 1:
        parts[1] = "{id}"
    return EXCHANGES.get((method, "/".join(parts)))


def problem_of(name: str, body: Any) -> str | None:
    """What in a body does not fit the schema of this name, in one line; None when all does."""
    problem = best_match(validator(name).iter_errors(with_numbers(body)))
    return None if problem is None else f"{name}: {problem.json_path}: {problem.message[:300]}"


@cache
def validator(name: str) -> Draft202012Validator:
    """What checks bodies by the schema of this name."""
    document = json.loads(EXTRACT.read_text("utf-8"))
    return Draft202012Validator(document | {"$ref": f"{PREFIX}{name}"})


def properties_of(name: str) -> set[str]:
    """The names of all properties of an object, those of its parts included."""
    schemas = json.loads(EXTRACT.read_text("utf-8"))["components"]["schemas"]

    def found(schema: dict[str, Any]) -> set[str]:
        if "$ref" in schema:
            return found(schemas[schema["$ref"].removeprefix(PREFIX)])
        return set(schema.get("properties", ())).union(*map(found, schema.get("allOf", ())))

    return found(schemas[name])


@cache
def problem_of_shape(name: str, shape: str) -> str | None:
    """The same of a body as JSON, looked at once."""
    return problem_of(name, json.loads(shape))


def request_problem(path: str, asked: dict[str, Any]) -> str | None:
    """What in a request for a path does not fit; texts are all the same to it, so it is quick."""
    exchange = exchange_of("POST", path)
    if exchange is None or exchange.asked is None:
        return None
    texts = {name: "text" for name in ("input", "instructions") if isinstance(asked.get(name), str)}
    return problem_of_shape(exchange.asked, json.dumps(asked | texts))


class ExchangeChecks:
    """A hook of HTTP clients that holds requests and answers against the description.

    `seen` has the schemas that were met, `problems` what did not fit. A request is looked at if it was taken.
    """

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.problems: list[str] = []

    async def __call__(self, response: Any) -> None:
        """Look at a response and its request."""
        exchange = exchange_of(response.request.method, response.request.url.path)
        await response.aread()
        try:
            answered = response.json()
        except ValueError:
            return  # a fault that was asked for, or a file
        if response.status_code >= 400:
            self._check(ERROR, answered)
        elif exchange is not None:
            self._check(exchange.answered, answered)
            if exchange.asked is not None:
                self._check(exchange.asked, json.loads(response.request.content))

    def _check(self, name: str, body: Any) -> None:
        self.seen.add(name)
        if (problem := problem_of(name, body)) is not None:
            self.problems.append(problem)


def with_numbers(body: Any) -> Any:
    """A body in which vectors are lists of numbers: only those are described, base64 of them is not."""
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        return body
    return body | {"data": [decoded(each) for each in body["data"]]}


def decoded(each: Any) -> Any:
    """A vector with its numbers, if it is one in base64."""
    if not isinstance(each, dict) or not isinstance(each.get("embedding"), str):
        return each
    raw = base64.b64decode(each["embedding"])
    return each | {"embedding": list(struct.unpack(f"<{len(raw) // 4}f", raw))}


def extract(whole: dict[str, Any], commit: str) -> dict[str, Any]:
    """The part of a description that EXCHANGES need, with a header that says what it is."""
    schemas, found, todo = whole["components"]["schemas"], {}, list(ROOTS)
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = bare(schemas[name])
            todo += references(found[name])
    header = {"extracted_from": HOW, "commit": commit, "version": whole["info"]["version"], "roots": ROOTS}
    return {"x-extract": header, "components": {"schemas": dict(sorted(found.items()))}}


def bare(schema: Any, names: bool = False) -> Any:
    """A schema without prose; `names`: the keys are names of properties."""
    if isinstance(schema, list):
        return [bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: bare(value, key == "properties" and not names)
        for key, value in schema.items()
        if names or not (key in PROSE or key.startswith("x-"))
    }


def references(schema: Any) -> Iterator[str]:
    """The names of all schemas to which one refers."""
    if isinstance(schema, list):
        for each in schema:
            yield from references(each)
    elif isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(PREFIX)
        for value in schema.values():
            yield from references(value)


def written(document: dict[str, Any]) -> str:
    """The extract as text, one schema a line."""
    rows = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(schema, separators=(',', ':'))}"
        for name, schema in document["components"]["schemas"].items()
    )
    header = json.dumps(document["x-extract"], indent=1)
    return f'{{"x-extract": {header},\n"components":{{"schemas":{{\n{rows}\n}}}}}}\n'


if __name__ == "__main__":
    description, commit = sys.argv[1:]
    EXTRACT.write_text(written(extract(json.loads(Path(description).read_text("utf-8")), commit)), "utf-8")
