"""Responses and embeddings over HTTP, by the real client."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    BadRequestError,
    InternalServerError,
    RateLimitError,
)

from tests.unit.deploy.openai.api import KEY, api, asked


async def test_an_answer_has_the_form_and_the_language_that_are_asked_for(tmp_path: Path) -> None:
    """The same request gets the same text; the usage is counted from the texts."""
    async with api(tmp_path) as (client, _):
        english = await client.responses.create(**asked())
        again = await client.responses.create(**asked())
        japanese = await client.responses.create(**asked("Japanese"))
        short = await client.responses.create(
            model="gpt-5-nano", input="Hello", reasoning={"effort": "minimal"}
        )

    written = json.loads(english.output_text)
    assert written.keys() == {"subject", "body"}
    assert 1 < len(written["body"]) == len(set(written["body"]))
    assert english.output_text == again.output_text
    assert english.id != again.id
    assert english.output_text.isascii()
    assert not json.loads(japanese.output_text)["subject"].isascii()
    assert english.usage is not None
    assert short.usage is not None
    assert english.usage.input_tokens > short.usage.input_tokens
    assert english.usage.output_tokens > short.usage.output_tokens > 5
    assert english.usage.total_tokens == english.usage.input_tokens + english.usage.output_tokens


async def test_reasoning_takes_tokens_and_may_leave_none_for_the_text(tmp_path: Path) -> None:
    """As with the service: 200, incomplete, and no message at all; with a little more a part of the text."""
    async with api(tmp_path) as (client, _):
        whole = await client.responses.create(**asked(reasoning=None))
        none = await client.responses.create(**asked(reasoning=None, max_output_tokens=300))
        some = await client.responses.create(**asked(max_output_tokens=16))

    assert whole.usage is not None
    assert whole.usage.output_tokens_details.reasoning_tokens == 384  # of medium effort, the default
    assert [(each.status, [item.type for item in each.output]) for each in (none, some)] == [
        ("incomplete", ["reasoning"]),
        ("incomplete", ["reasoning", "message"]),
    ]
    assert none.incomplete_details is not None
    assert none.incomplete_details.reason == "max_output_tokens"
    assert whole.output_text != some.output_text
    assert len(some.output_text) > 10


@pytest.mark.parametrize("encoding", ["float", "base64"])
async def test_vectors_have_the_dimensions_that_are_asked_for(encoding: Any, tmp_path: Path) -> None:
    """They are deterministic, of length 1, in the order of the texts; fewer numbers are the first ones."""
    async with api(tmp_path) as (client, plain):
        model = "text-embedding-3-small"
        small = await client.embeddings.create(model=model, input=["Nurse", "Cook"], dimensions=384)
        full = await client.embeddings.create(model=model, input="Nurse")
        body = {"model": model, "input": "Nurse", "dimensions": 384, "encoding_format": encoding}
        raw = (await plain.post("/v1/embeddings", json=body)).json()["data"][0]["embedding"]

    nurse, cook = (np.asarray(each.embedding) for each in small.data)
    whole = np.asarray(full.data[0].embedding)
    assert (len(nurse), len(whole)) == (384, 1536)
    assert np.linalg.norm([nurse, cook], axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert nurse == pytest.approx(whole[:384] / np.linalg.norm(whole[:384]), abs=1e-5)
    assert abs(nurse - cook).max() > 0.01
    assert isinstance(raw, str) is (encoding == "base64")
    assert small.usage.total_tokens == 3


async def test_a_key_is_needed(tmp_path: Path) -> None:
    """Without one, and with another than the one that is set."""
    async with api(tmp_path, key="right") as (client, plain):
        none = await plain.post("/v1/responses", json=asked(), headers={"authorization": ""})
        wrong = await plain.post("/v1/responses", json=asked())
        good = await plain.post("/v1/responses", json=asked(), headers={"authorization": "Bearer right"})
        steered = await plain.get("/control/settings", headers={"authorization": ""})
        await client.close()

    assert [each.status_code for each in (none, wrong, good, steered)] == [401, 401, 200, 200]
    assert none.json()["error"].keys() == {"message", "type", "param", "code"}
    assert wrong.json()["error"]["code"] == "invalid_api_key"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/responses"])
async def test_a_path_that_is_not_there_is_an_error_of_the_api(path: str, tmp_path: Path) -> None:
    async with api(tmp_path) as (_, plain):
        answer = await plain.get(path)

    assert answer.status_code in (404, 405)
    assert path in answer.json()["error"]["message"]


async def test_limits_are_told_and_kept(tmp_path: Path) -> None:
    """The third request of two is refused, with the time after which it may come again."""
    async with api(tmp_path, requests_per_minute=2, tokens_per_minute=100_000) as (client, plain):
        first = await client.responses.with_raw_response.create(**asked())
        await client.responses.create(**asked())
        with pytest.raises(RateLimitError) as refused:
            await client.responses.create(**asked())
        traffic = (await plain.get("/control/traffic")).json()

    assert first.headers["x-ratelimit-limit-requests"] == "2"
    assert first.headers["x-ratelimit-remaining-requests"] == "1"
    assert first.headers["x-ratelimit-reset-requests"] == "30s"
    assert int(first.headers["x-ratelimit-remaining-tokens"]) < 100_000
    assert first.headers["x-request-id"].startswith("req_")
    assert refused.value.code == "rate_limit_exceeded"
    assert 1 <= int(refused.value.response.headers["retry-after"]) <= 30
    assert traffic["statuses"] == {"/v1/responses 200": 2, "/v1/responses 429": 1}
    assert (traffic["requests"], traffic["heaviest_requests"]) == (3, 3)
    assert traffic["heaviest_tokens"] == traffic["tokens"] > 100


STATUS = {
    "rate_limit": (RateLimitError, 429, "rate_limit_exceeded"),
    "insufficient_quota": (RateLimitError, 429, "insufficient_quota"),
    "server_error": (InternalServerError, 500, None),
    "unavailable": (InternalServerError, 503, None),
    "bad_gateway": (InternalServerError, 502, None),
}


@pytest.mark.parametrize("kind", STATUS)
async def test_a_status_on_demand(kind: str, tmp_path: Path) -> None:
    """The client raises what it raises with the service; the request after it goes well."""
    error, status, code = STATUS[kind]
    async with api(tmp_path, next_faults=(kind,)) as (client, _):
        with pytest.raises(error) as raised:
            await client.responses.create(**asked())
        await client.responses.create(**asked())

    assert isinstance(raised.value, APIStatusError)
    assert (raised.value.status_code, raised.value.code) == (status, code)
    assert ("retry-after" in raised.value.response.headers) is (kind == "rate_limit")


async def test_connections_fail_on_demand(tmp_path: Path) -> None:
    """Reset, cut off in the middle of the JSON, and without an answer for as long as it was set."""
    async with api(tmp_path, next_faults=("reset", "cut_json", "timeout")) as (client, plain):
        with pytest.raises(APIConnectionError) as reset:
            await client.responses.create(**asked())
        cut = await plain.post("/v1/responses", json=asked())
        with pytest.raises(APITimeoutError):
            await client.with_options(timeout=0.2).responses.create(**asked())
        traffic = (await plain.get("/control/traffic")).json()

    assert not isinstance(reset.value, APITimeoutError)
    assert cut.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        cut.json()
    assert traffic["requests"] == 3


async def test_answers_fail_on_demand(tmp_path: Path) -> None:
    """All of them have status 200."""
    kinds = ("refusal", "truncated", "empty", "wrong_schema", "failed")
    async with api(tmp_path, next_faults=kinds) as (client, _):
        answers = [await client.responses.create(**asked()) for _ in kinds]
    refusal, truncated, empty, other, failed = answers

    assert [item.type for item in refusal.output[1].content] == ["refusal"]
    assert (truncated.status, empty.output_text, failed.status) == ("incomplete", "", "failed")
    assert len(truncated.output_text) > 0
    assert not truncated.output_text.endswith("}")
    assert json.loads(other.output_text).keys() == {"unexpected"}
    assert failed.error is not None
    assert failed.error.code == "server_error"


async def test_faults_come_with_the_share_that_is_set_while_it_runs(tmp_path: Path) -> None:
    """By a post to a control path; a reset brings back the settings of the start."""
    async with api(tmp_path, requests_per_minute=10_000, tokens_per_minute=10_000_000) as (_, plain):
        changed = await plain.post("/control/settings", json={"faults": {"server_error": 0.2}, "seed": 7})
        answers = [await plain.post("/v1/responses", json=asked()) for _ in range(200)]
        await plain.post("/control/reset")
        settings = (await plain.get("/control/settings")).json()
        traffic = (await plain.get("/control/traffic")).json()

    assert changed.json()["faults"] == {"server_error": 0.2}
    failures = sum(answer.status_code == 500 for answer in answers)
    assert 25 <= failures <= 55
    assert (settings["faults"], settings["requests_per_minute"]) == ({}, 10_000)
    assert traffic["requests"] == 0


@pytest.mark.parametrize(
    "body",
    ['{"faults": {"server_error": 2}}', '{"speed": 1}', "[]", "{", '{"faults": {"reset": 1, "empty": 1}}'],
)
async def test_settings_that_are_none_are_refused_in_one_line(body: str, tmp_path: Path) -> None:
    async with api(tmp_path) as (_, plain):
        refused = await plain.post("/control/settings", content=body)
        before = (await plain.get("/control/settings")).json()

    assert refused.status_code == 400
    assert len(refused.json()["error"]["message"].splitlines()) == 1
    assert before["faults"] == {}


async def test_an_answer_takes_time_and_more_for_texts_that_are_named(tmp_path: Path) -> None:
    """A base and a time for each token; another request is not held up."""
    delays = [{"text": "slow", "seconds": 0.5}]
    async with api(tmp_path, base_seconds=0.05, token_seconds=0.001) as (_, plain):
        await plain.post("/control/settings", json={"delays": delays})

        async def seconds(text: str) -> float:
            began = time.monotonic()
            await plain.post("/v1/responses", json=asked(input=text))
            return time.monotonic() - began

        slow, quick = await asyncio.gather(seconds("be slow"), seconds("be quick"))

    assert 0.06 < quick < 0.4
    assert slow > 0.5


async def test_the_client_needs_no_more_than_url_and_key(tmp_path: Path) -> None:
    """A request that the service would refuse is refused, by status and parameter."""
    async with api(tmp_path) as (client, plain):
        with pytest.raises(BadRequestError) as effort:
            await client.responses.create(**asked(reasoning={"effort": "none"}))
        broken = await plain.post("/v1/responses", content="{", headers=KEY)

    assert (effort.value.param, effort.value.code) == ("reasoning.effort", "unsupported_value")
    assert broken.status_code == 400
    assert isinstance(client, AsyncOpenAI)
    assert isinstance(plain, httpx.AsyncClient)
