"""The description of the routes: complete, and true of what the routes take and answer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.unit.recommend.boards import EMBEDDER
from tests.unit.serve.programs.asked import enrich
from tests.unit.serve.tracking.site import PRODUCTION, Site
from workers.board.live_board import LiveBoard
from workers.recommend.board import Board
from workers.recommend.policy import FeedPolicy
from workers.runtime.process.settings import load
from workers.serve.description.endpoints import operations_of
from workers.serve.description.operations import OPERATIONS
from workers.serve.description.site_models import EXAMPLES, JobPress, JobSearched, JobVisit, ResumeGiven
from workers.serve.tracking.messages import KINDS
from workers.serve.web import serve_app

WITH_ALL = {"EMAIL_GENERATION_MOCK_MODE": "true", "KAIROS_BOUNCE_SECRET": "a secret of a provider"}
METHODS = {"GET", "POST"}
SCHEMES = ("program", "provider", "person")
URLS: dict[type[BaseModel], str] = {
    row.body: row.path
    for row in OPERATIONS
    if row.body is not None and not isinstance(row.body, str) and row.security == "person"
}


def app(**environment: str) -> Any:
    """The whole application behind its rules for other origins; nothing is connected to."""
    whole: Any = serve_app(load(environment), LiveBoard(Board(EMBEDDER)), FeedPolicy(), enrich)
    return whole.app


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """What /openapi.json says in development."""
    answer = TestClient(app(**WITH_ALL)).get("/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    content: dict[str, Any] = answer.json()
    return content


def test_every_route_is_described_and_nothing_else(described: dict[str, Any]) -> None:
    """A path with and without a slash at the end is one."""
    routes = {
        (route.path.replace(":path}", "}").rstrip("/"), method)
        for route in app(**WITH_ALL).routes
        if isinstance(route, Route) and route.path != "/openapi.json"
        for method in (route.methods or set()) & METHODS
    }
    paths = {
        (path.rstrip("/"), method.upper())
        for path, methods in described["paths"].items()
        for method in methods
    }

    assert paths == routes
    assert len(described["paths"]) >= 12


def test_routes_that_are_not_there_are_not_described() -> None:
    """In production without tokens of programs."""
    paths = {row.path for row in operations_of(app(**PRODUCTION).routes)}

    assert "/jobs/api/feed/" in paths
    assert not [path for path in paths if path.startswith(("/profiles", "/enrich", "/engagements"))]


def references(value: Any) -> Iterator[str]:
    """Every `$ref` at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_reference_is_there(described: dict[str, Any]) -> None:
    """The schemas of the models are those of the document, and none is left over."""
    schemas = described["components"]["schemas"]
    named = {reference.removeprefix("#/components/schemas/") for reference in references(described)}

    assert named == set(schemas)
    assert schemas["ProblemDetails"]["required"] == ["title", "status", "detail"]
    assert "EnrichedProfile" in schemas


def test_it_is_openapi(described: dict[str, Any]) -> None:
    """What the specification requires of each part."""
    assert described["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(described["info"])
    operations = [row for methods in described["paths"].values() for row in methods.values()]
    assert len({row["operationId"] for row in operations}) == len(operations)
    for path, methods in described["paths"].items():
        for row in methods.values():
            places = {each["name"] for each in row["parameters"] if each["in"] == "path"}
            assert all("{" + name + "}" in path for name in places)
            assert path.count("{") == len(places)
            assert all(answer["description"] for answer in row["responses"].values())
            assert all(name in SCHEMES for each in row.get("security", []) for name in each)


@pytest.mark.parametrize("model", URLS)
def test_the_readers_take_every_field_that_is_described(model: type[BaseModel]) -> None:
    """The example, and each field with a value that cannot be, which its reader then names."""
    good = model.model_validate(EXAMPLES[model]).model_dump(exclude={"token"}, exclude_none=True) | {
        "person": "mia"
    }
    good = {name: value for name, value in good.items() if not (model is ResumeGiven and name == "remove")}
    unread = {"bot", "source"}  # anything is taken, and what is not known counts as nothing
    with (site := Site()).client:
        assert site.post(URLS[model], json.dumps(good)).status_code == 202
        for name in set(model.model_fields) - unread:
            answer = site.post(URLS[model], json.dumps(good | {name: {"no": "value"}}))
            assert answer.status_code == 422, name
            assert answer.json()["field"] == name


def test_the_words_that_are_described_are_those_of_the_readers() -> None:
    """Of the kinds of presses."""
    kinds = JobPress.model_json_schema()["properties"]["kind"]["enum"]

    assert set(kinds) == set(KINDS.values())
    assert {JobVisit, JobPress, JobSearched, ResumeGiven} == set(URLS)
