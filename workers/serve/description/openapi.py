"""The description of routes in OpenAPI 3.1, from their rows and the JSON Schemas of the models. Pure."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from workers.serve.description.operations import Body, Operation, Parameter
from workers.serve.description.site_models import EXAMPLES

JSON, PROBLEM, FORM = "application/json", "application/problem+json", "application/x-www-form-urlencoded"
REF = "#/components/schemas/{model}"
SCHEMES = {
    "program": {"type": "http", "scheme": "bearer", "description": "one of KAIROS_API_TOKENS"},
    "provider": {"type": "http", "scheme": "basic", "description": "KAIROS_BOUNCE_SECRET as the password"},
    "person": {"type": "http", "scheme": "bearer", "description": "a signed token of a person"},
}
Mode = Literal["validation", "serialization"]
Schemas = Mapping[Any, dict[str, Any]]  # by model and mode


def description(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole document, for JSON."""
    rows = list(operations)
    schemas, definitions = models_json_schema(sorted(models_of(rows), key=by_name), ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method] = operation_of(row, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kairos", "version": "1", "summary": "What people and programs see of the fleet."},
        "paths": paths,
        "components": {"schemas": definitions.get("$defs", {}), "securitySchemes": SCHEMES},
    }


def by_name(model: Any) -> tuple[str, str]:
    """The order of the models, so that the document is always the same."""
    return model[0].__name__, model[1]


def models_of(rows: Iterable[Operation]) -> set[tuple[type[BaseModel], Mode]]:
    """The models of the rows, each as it is sent or as it is answered."""
    models: set[tuple[type[BaseModel], Mode]] = set()
    for row in rows:
        answers = {model for model in (row.answer, row.refusal) if not isinstance(model, str)}
        models |= {(model, "serialization") for model in answers}
        if row.body is not None and not isinstance(row.body, str):
            models.add((row.body, "validation"))
    return models


def operation_of(row: Operation, schemas: Schemas) -> dict[str, Any]:
    """The description of one row."""
    answers = {str(row.status): answer_of(row.status, row.answer, JSON, schemas)}
    media_type = PROBLEM if row.security in {"program", "provider"} else JSON
    answers |= {str(status): answer_of(status, row.refusal, media_type, schemas) for status in row.refusals}
    described: dict[str, Any] = {
        "summary": row.words,
        "operationId": f"{row.method}{row.path}".replace("/", "_")
        .replace("{", "")
        .replace("}", "")
        .strip("_"),
        "parameters": [parameter_of(parameter) for parameter in row.parameters],
        "responses": answers,
    }
    if row.security != "none":
        described["security"] = [{"person": []}, {}] if row.security == "person" else [{row.security: []}]
    if isinstance(row.body, str):
        described["requestBody"] = {"required": True, "content": {row.body: {"schema": {"type": "string"}}}}
    elif row.body is not None:
        described["requestBody"] = {"required": True, "content": {JSON: body_of(row, row.body, schemas)}}
    elif row.method == "post":
        schema = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
        described["requestBody"] = {"required": True, "content": {FORM: {"schema": schema}}}
    return described


def body_of(row: Operation, body: Body, schemas: Schemas) -> dict[str, Any]:
    """The schema of a body, with its example."""
    schema = schemas[body, "validation"]
    if row.also_list:
        schema = {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}
    return {"schema": schema} | ({"example": EXAMPLES[body]} if body in EXAMPLES else {})


def answer_of(status: int, answer: Body | str, media_type: str, schemas: Schemas) -> dict[str, Any]:
    """The description of an answer: a model under a media type, or a media type alone."""
    words = HTTPStatus(status).phrase
    if isinstance(answer, str):
        return {"description": words, "content": {answer: {"schema": {"type": "string"}}}}
    return {"description": words, "content": {media_type: {"schema": schemas[answer, "serialization"]}}}


def parameter_of(parameter: Parameter) -> dict[str, Any]:
    """The description of a parameter."""
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.words,
        "schema": parameter.schema,
    }
