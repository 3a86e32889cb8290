"""Files and batches over HTTP, by the real client."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError, ConflictError, NotFoundError
from openai.types import Batch

from deploy.embedded.openai.batch_lines import read_lines
from tests.unit.deploy.openai.api import AT, Clock, api, asked

ENDPOINT: Any = "/v1/responses"


def line(name: str, body: object = None, **more: Any) -> str:
    """A line of an input file."""
    whole = {"custom_id": name, "method": "POST", "url": ENDPOINT, "body": body or asked()} | more
    return json.dumps(whole, ensure_ascii=False)


async def begun(client: AsyncOpenAI, lines: Iterable[str], **more: Any) -> Batch:
    """A batch of these lines that has just been created."""
    file = await client.files.create(file=("in.jsonl", "\n".join(lines).encode()), purpose="batch")
    return await client.batches.create(
        input_file_id=file.id, endpoint=ENDPOINT, completion_window="24h", **more
    )


async def over(client: AsyncOpenAI, batch: Batch) -> tuple[Batch, list[str]]:
    """A batch at its end, and the statuses on the way."""
    seen: list[str] = [batch.status]
    async with asyncio.timeout(20):
        while batch.status not in ("completed", "failed", "expired", "cancelled"):
            await asyncio.sleep(0.002)
            batch = await client.batches.retrieve(batch.id)
            seen += [batch.status] if batch.status != seen[-1] else []
    return batch, seen


async def lines_of(client: AsyncOpenAI, name: str | None) -> dict[str, Any]:
    """The lines of a file by their custom id; none without a file."""
    if name is None:
        return {}
    text = (await client.files.content(name)).text
    return {read["custom_id"]: read for read in map(json.loads, text.splitlines())}


async def test_a_batch_is_answered_and_its_files_can_be_deleted(tmp_path: Path) -> None:
    """Through all statuses; each line has the answer that a live request gets."""
    async with api(tmp_path, batch_seconds=0.05) as (client, _):
        languages = {f"p{number}:1": ("English", "Japanese")[number % 2] for number in range(20)}
        rows = [line(name, asked(language)) for name, language in languages.items()]
        batch, seen = await over(client, await begun(client, rows, metadata={"kind": "digest"}))
        found = await lines_of(client, batch.output_file_id)
        live = await client.responses.create(**asked("Japanese"))
        listed = [each.id async for each in client.batches.list(limit=1)]
        assert batch.output_file_id is not None
        deleted = await client.files.delete(batch.output_file_id)
        with pytest.raises(NotFoundError):
            await client.files.content(batch.output_file_id)

    assert seen == ["validating", "in_progress", "finalizing", "completed"]
    assert batch.request_counts is not None
    assert batch.request_counts.to_dict() == {"total": 20, "completed": 20, "failed": 0}
    assert (batch.error_file_id, batch.metadata, batch.completed_at) == (None, {"kind": "digest"}, AT)
    assert found.keys() == languages.keys()
    assert list(found) != list(languages)  # in no order
    answer = found["p1:1"]["response"]
    assert (answer["status_code"], found["p1:1"]["error"]) == (200, None)
    assert answer["body"]["output"][1]["content"][0]["text"] == live.output_text
    assert batch.usage is not None
    assert batch.usage.total_tokens == sum(
        each["response"]["body"]["usage"]["total_tokens"] for each in found.values()
    )
    assert (listed, deleted.deleted) == ([batch.id], True)


async def test_lines_that_fail_are_in_the_error_file(tmp_path: Path) -> None:
    """As the service has it: no error of the line, but one in the body of its response."""
    faults = ("server_error", "timeout", "refusal")
    async with api(tmp_path, next_faults=faults) as (client, _):
        rows = [line("a"), line("b"), line("c"), line("d", asked(reasoning={"effort": "none"})), line("e")]
        batch, _ = await over(client, await begun(client, rows))
        good = await lines_of(client, batch.output_file_id)
        bad = await lines_of(client, batch.error_file_id)

    assert (set(good), set(bad)) == ({"c", "e"}, {"a", "b", "d"})
    assert batch.request_counts is not None
    assert batch.request_counts.to_dict() == {"total": 5, "completed": 2, "failed": 3}
    assert (bad["a"]["error"], bad["a"]["response"]["status_code"]) == (None, 500)
    assert bad["a"]["response"]["body"]["error"]["type"] == "server_error"
    assert (bad["b"]["response"], bad["b"]["error"]["code"]) == (None, "request_timeout")
    assert bad["d"]["response"]["body"]["error"]["code"] == "unsupported_value"
    assert good["c"]["response"]["body"]["output"][1]["content"][0]["type"] == "refusal"


async def test_a_batch_of_which_all_lines_fail_is_completed_without_an_output_file(tmp_path: Path) -> None:
    """B32 of the field's cases."""
    async with api(tmp_path, faults={"server_error": 1.0}) as (client, _):
        batch, _ = await over(client, await begun(client, [line("a"), line("b")]))
        bad = await lines_of(client, batch.error_file_id)

    assert (batch.status, batch.output_file_id, len(bad)) == ("completed", None, 2)


async def test_a_cancelled_batch_has_what_was_done(tmp_path: Path) -> None:
    """The other lines say that they were cancelled; a batch that is over cannot be cancelled."""
    async with api(tmp_path, batch_line_seconds=0.05) as (client, _):
        batch = await begun(client, [line(str(number)) for number in range(200)])
        async with asyncio.timeout(20):
            while not (batch.request_counts and batch.request_counts.completed >= 3):
                batch = await client.batches.retrieve(batch.id)
        cancelling = await client.batches.cancel(batch.id)
        batch, _ = await over(client, cancelling)
        good = await lines_of(client, batch.output_file_id)
        bad = await lines_of(client, batch.error_file_id)
        with pytest.raises(ConflictError):
            await client.batches.cancel(batch.id)

    assert (cancelling.status, batch.status) == ("cancelling", "cancelled")
    assert len(good) >= 3
    assert len(good) + len(bad) == 200
    assert {each["error"]["code"] for each in bad.values()} == {"batch_cancelled"}


async def test_a_batch_that_takes_too_long_expires(tmp_path: Path) -> None:
    """What is done by then is in its output."""
    clock = Clock()
    async with api(tmp_path, clock, batch_line_seconds=0.02, batch_life_seconds=100) as (client, _):
        batch = await begun(client, [line(str(number)) for number in range(50)])
        async with asyncio.timeout(20):
            while not (batch.request_counts and batch.request_counts.completed):
                batch = await client.batches.retrieve(batch.id)
        clock.now += 100
        batch, _ = await over(client, batch)
        bad = await lines_of(client, batch.error_file_id)

    assert (batch.status, batch.expires_at, batch.expired_at) == ("expired", AT + 100, AT + 100)
    assert batch.output_file_id is not None
    assert {each["error"]["code"] for each in bad.values()} == {"batch_expired"}


@pytest.mark.parametrize(
    ("rows", "code", "at"),
    [
        ([], "empty_file", None),
        ([line("a"), "{"], "invalid_json_line", 2),
        ([line("a"), "7"], "invalid_json_line", 2),
        ([line("a"), line("a")], "duplicate_custom_id", 2),
        ([line("a", url="/v1/embeddings")], "url_mismatch", 1),
        ([line("a", method="GET")], "invalid_method", 1),
        ([line("a", custom_id=None)], "missing_required_parameter", 1),
        ([line("a", body="text")], "invalid_request", 1),
        ([line("a"), line("b", asked(model="gpt-5-mini"))], "model_mismatch", 2),
        ([line("a")] * 50_001, "too_many_tasks", None),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_line(rows: list[str], code: str, at: int | None) -> None:
    """No request of such a file is answered."""
    _, errors = read_lines("\n".join(rows).encode(), ENDPOINT)

    assert [(error["code"], error["line"]) for error in errors] == [(code, at)]


async def test_a_wrong_file_makes_a_batch_that_fails_later(tmp_path: Path) -> None:
    """It is created nevertheless, as the service does it."""
    async with api(tmp_path) as (client, _):
        batch, seen = await over(client, await begun(client, ["{"]))

    assert seen == ["validating", "failed"]
    assert batch.errors is not None
    assert [(each.code, each.line) for each in batch.errors.data or []] == [("invalid_json_line", 1)]
    assert batch.output_file_id is batch.error_file_id is None


async def test_requests_for_files_and_batches_that_cannot_be_are_refused(tmp_path: Path) -> None:
    """Purpose, window, endpoint, and files that are not there or have expired."""
    clock = Clock()
    async with api(tmp_path, clock) as (client, plain):
        with pytest.raises(BadRequestError, match="purpose"):
            await client.files.create(file=("a.jsonl", b"{}"), purpose="vision")
        file = await client.files.create(
            file=("a.jsonl", b"{}"), purpose="batch", expires_after={"anchor": "created_at", "seconds": 3600}
        )
        for wrong in ({"completion_window": "1h"}, {"endpoint": "/v1/completions"}, {"input_file_id": 7}):
            good = {"input_file_id": file.id, "endpoint": ENDPOINT, "completion_window": "24h"}
            answer = await plain.post("/v1/batches", json=good | wrong)
            assert (answer.status_code, answer.json()["error"]["param"]) == (400, *wrong)
        clock.now += 3_600
        with pytest.raises(NotFoundError):
            await client.batches.create(input_file_id=file.id, endpoint=ENDPOINT, completion_window="24h")
        with pytest.raises(NotFoundError):
            await client.batches.retrieve("batch_0")
        assert (await plain.get("/v1/files?limit=0")).status_code == 400

    assert file.expires_at == AT + 3_600


async def test_files_and_batches_are_kept_over_a_restart(tmp_path: Path) -> None:
    """A batch that was not over goes on."""
    async with api(tmp_path, batch_line_seconds=60) as (client, _):
        batch = await begun(client, [line("a"), line("b")])
        async with asyncio.timeout(20):
            while batch.status != "in_progress":
                batch = await client.batches.retrieve(batch.id)
    async with api(tmp_path) as (client, plain):
        batch, _ = await over(client, await client.batches.retrieve(batch.id))
        good = await lines_of(client, batch.output_file_id)
        files = [each.id async for each in client.files.list()]
        await plain.post("/control/reset")
        emptied = [each.id async for each in client.files.list()]

    assert (batch.status, set(good)) == ("completed", {"a", "b"})
    assert set(files) == {batch.input_file_id, batch.output_file_id}
    assert emptied == []
    assert list((tmp_path / "files").iterdir()) == []


async def test_vectors_in_a_batch(tmp_path: Path) -> None:
    """The other endpoint of batches."""
    async with api(tmp_path) as (client, _):
        body = {"model": "text-embedding-3-small", "input": ["Nurse"], "dimensions": 8}
        row = line("a", body, url="/v1/embeddings")
        file = await client.files.create(file=("in.jsonl", row.encode()), purpose="batch")
        created = await client.batches.create(
            input_file_id=file.id, endpoint="/v1/embeddings", completion_window="24h"
        )
        batch, _ = await over(client, created)
        good = await lines_of(client, batch.output_file_id)

    assert len(good["a"]["response"]["body"]["data"][0]["embedding"]) == 8
