"""OpenAI's description of its API: our requests, and the answers of double and stand-in, fit it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.embedded.openai.requests import ResponseRequest
from tests.standins import openai_description
from tests.standins.openai import completed, embedded, failed, refused, stand_in, truncated
from tests.standins.openai_description import (
    ERROR,
    EXTRACT,
    ROOTS,
    ExchangeChecks,
    exchange_of,
    problem_of,
    request_problem,
    validator,
)
from tests.unit.deploy.openai.api import AT, api, asked
from tests.unit.deploy.openai.test_batches import begun, line, over

MOST_BYTES = 90_000
VECTORS = {"model": "text-embedding-3-small", "input": ["Nurse"], "dimensions": 384}


def test_the_extract_is_whole_and_small() -> None:
    """Made again from itself it is the same; it has no prose, and says where it is from."""
    text = EXTRACT.read_text("utf-8")
    document = json.loads(text)
    header = document["x-extract"]
    again = openai_description.extract(document | {"info": {"version": header["version"]}}, header["commit"])

    assert openai_description.written(again) == text
    assert header["roots"] == ROOTS
    assert len(text.encode()) < MOST_BYTES
    for name in ROOTS:
        validator(name).check_schema(document["components"]["schemas"][name])


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Response", completed("text").body),
        ("Response", refused().body),
        ("Response", truncated("te").body),
        ("CreateEmbeddingResponse", embedded(VECTORS).body),
        (ERROR, failed(429, "insufficient_quota").body),
        (ERROR, failed(500, retry_after="1").body),
    ],
)
def test_the_answers_of_the_double_fit(name: str, body: Any) -> None:
    """Those that it makes; what a test has it send may be anything."""
    assert problem_of(name, body) is None


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (asked(reasoning={"effort": "little"}), "$.reasoning"),
        (asked(max_output_tokens=1), "$.max_output_tokens"),
        (asked(text={"format": {"type": "json_schema", "name": "x"}}), "$.text.format"),
        (asked(store="no"), "$.store"),
    ],
)
def test_what_does_not_fit_is_found(body: dict[str, Any], where: str) -> None:
    """So the checks above can fail."""
    assert request_problem("/v1/responses", asked()) is None
    assert where in (request_problem("/v1/responses", body) or "")
    answer = dict(completed("text").body)  # type: ignore[arg-type]
    del answer["usage"]["input_tokens_details"]["cache_write_tokens"]
    assert "cache_write_tokens" in (problem_of("Response", answer) or "")


async def test_a_request_that_does_not_fit_fails_the_test_that_sends_it() -> None:
    """Wherever the double is used."""
    with pytest.raises(AssertionError, match="CreateResponse"):
        async with stand_in(completed("text")) as server, httpx.AsyncClient() as client:
            await client.post(f"{server.url}/responses", json=asked(max_output_tokens=1))


async def test_every_answer_of_the_stand_in_is_looked_at(tmp_path: Path) -> None:
    """On all paths and with all faults; the other tests look at theirs as well."""
    kinds = ("refusal", "truncated", "empty", "wrong_schema", "failed", "server_error", "rate_limit")
    checks = ExchangeChecks()
    async with api(tmp_path, next_faults=kinds) as (client, plain):
        plain.event_hooks = {"response": [checks]}
        for _ in (*kinds, "good"):
            await plain.post("/v1/responses", json=asked())
        await plain.post("/v1/responses", json=asked(reasoning=None, max_output_tokens=300))
        await plain.post("/v1/embeddings", json=VECTORS)
        await plain.post("/v1/embeddings", json=VECTORS | {"encoding_format": "base64"})
        batch, _ = await over(client, await begun(client, [line("a"), line("b", asked(model="gpt-6"))]))
        for path in ("files", f"files/{batch.input_file_id}", "batches", f"batches/{batch.id}"):
            await plain.get(f"/v1/{path}")
        body = {"input_file_id": batch.input_file_id, "endpoint": "/v1/responses", "completion_window": "24h"}
        cancelled = (await plain.post("/v1/batches", json=body)).json()
        await plain.post(f"/v1/batches/{cancelled['id']}/cancel")
        await plain.delete(f"/v1/files/{batch.input_file_id}")

    assert checks.problems == []
    assert checks.seen == set(ROOTS)
    assert batch.created_at == AT


def test_parameters_that_the_stand_in_takes_are_described() -> None:
    """Nothing is taken that the service does not know."""
    described = openai_description.properties_of("CreateResponse")

    assert set(ResponseRequest.__struct_fields__) <= described
    assert exchange_of("GET", "/v1/models") is None
