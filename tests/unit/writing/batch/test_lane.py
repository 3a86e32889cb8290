"""The batch lane against the stand-in: however a batch ends, each request has an answer or a reason."""

import asyncio
from pathlib import Path

import pytest

from tests.unit.deploy.openai.api import Clock, api
from tests.unit.writing.batch.lanes import (
    AT,
    LONG,
    MODEL,
    PACE,
    asked,
    batches,
    calls,
    lane,
    lanes,
    reasons,
    row,
    working,
)
from workers.runtime.pace.limiter import Limiter, Limits
from workers.writing.batch.api import BatchApi
from workers.writing.pace.prices import batch_cost, cost


async def test_every_request_is_answered_as_a_live_one(tmp_path: Path) -> None:
    """In one batch; nothing of it stays with the service, and no live request was made."""
    async with lanes(tmp_path) as (made, client, plain):
        found = await made.outcomes(calls(20), LONG)
        live = await client.responses.create(**calls(20)[7].body)
        traffic = (await plain.get("/control/traffic")).json()
        files = [each async for each in client.files.list()]
        begun = await batches(client)

    assert list(reasons(found).values()) == [None] * 20
    assert found["n7"].text == live.output_text
    assert found["n7"].usage.output_tokens > 0
    assert (files, len(begun), traffic["requests"]) == ([], 1, 1)


async def test_nothing_is_asked_for_nothing(tmp_path: Path) -> None:
    """No batch is begun."""
    async with lanes(tmp_path) as (made, client, _):
        assert await made.outcomes([], LONG) == {}
        assert await batches(client) == []


async def test_a_completed_batch_without_an_output_file(tmp_path: Path) -> None:
    """B32: all lines failed."""
    async with lanes(tmp_path, faults={"server_error": 1.0}) as (made, client, _):
        found = await made.outcomes(calls(3), LONG)
        (batch,) = await batches(client)

    assert (batch.status, batch.output_file_id) == ("completed", None)
    assert reasons(found) == {"n0": "status", "n1": "status", "n2": "status"}


async def test_lines_with_errors_do_not_spoil_the_others(tmp_path: Path) -> None:
    """429, a time-out, no credit, and answers that are none."""
    faults = ("rate_limit", "timeout", "insufficient_quota", "refusal", "empty", "truncated")
    async with lanes(tmp_path, next_faults=faults) as (made, _, _):
        found = await made.outcomes(calls(8), LONG)

    expected = ["status", "timeout", "no-credit", "refused", "empty", "truncated", None, None]
    assert list(reasons(found).values()) == expected


async def test_a_failed_file(tmp_path: Path) -> None:
    """The reason and its line are told."""
    async with lanes(tmp_path) as (made, client, _):
        found = await made.outcomes([asked("a"), asked("b", model="gpt-5-mini")], LONG)
        files = [each async for each in client.files.list()]

    assert {str(each.error) for each in found.values()} == {"the batch is failed (model_mismatch, line 2)"}
    assert (reasons(found), files) == ({"a": "batch", "b": "batch"}, [])


async def test_an_expired_batch_has_what_was_answered(tmp_path: Path) -> None:
    """The others say that it expired."""
    clock = Clock()
    async with lanes(tmp_path, clock, batch_line_seconds=0.02, batch_life_seconds=100) as (made, client, _):
        asking = asyncio.create_task(made.outcomes(calls(40), LONG))
        await working(client)
        clock.now += 100
        found = await asking

    assert 0 < list(reasons(found).values()).count(None) < 40
    assert {each.error.reason for each in found.values() if each.error is not None} == {"batch"}


async def test_a_batch_that_somebody_cancels_has_what_was_answered(tmp_path: Path) -> None:
    """As with one that expired."""
    async with lanes(tmp_path, batch_line_seconds=0.02) as (made, client, _):
        asking = asyncio.create_task(made.outcomes(calls(40), LONG))
        await client.batches.cancel((await working(client)).id)
        found = await asking

    assert 0 < list(reasons(found).values()).count(None) < 40
    assert {each.error.reason for each in found.values() if each.error is not None} == {"batch"}


async def test_a_batch_that_takes_too_long_is_cancelled(tmp_path: Path) -> None:
    """What was answered by then is read, as it is paid for."""
    async with lanes(tmp_path, batch_line_seconds=0.02) as (made, client, _):
        found = await made.outcomes(calls(200), 0.5)
        (batch,) = await batches(client)

    assert batch.status == "cancelled"
    assert 0 < list(reasons(found).values()).count(None) < 200


async def test_a_batch_that_does_not_end_is_left(tmp_path: Path) -> None:
    """Nobody waits for longer than allowed."""
    async with api(tmp_path, batch_seconds=60.0) as (client, _):
        pace = PACE._replace(cancelling=0.0)
        async with asyncio.timeout(LONG):
            found = await lane(client, pace=pace).outcomes(calls(2), 0.0)

    assert reasons(found) == {"n0": "batch", "n1": "batch"}


class OddFiles(BatchApi):
    """Files with lines that nobody asked for, that cannot be read, and that are there twice."""

    async def content(self, file_id: str) -> bytes:
        """The content of a file, and more."""
        good = await super().content(file_id)
        return b"{\n" + row("nobody", {}) + good + good.splitlines()[0] + b"\n\xff\n" + row("n0")


async def test_lines_that_nobody_asked_for_and_lines_that_are_there_twice(tmp_path: Path) -> None:
    """Each request has its answer."""
    async with api(tmp_path) as (client, _):
        found = await lane(client, calls=OddFiles).outcomes(calls(5), LONG)

    assert list(reasons(found).values()) == [None] * 5


async def test_more_lines_than_a_file_may_have_are_several_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at once."""
    monkeypatch.setattr("workers.writing.batch.lane.file_parts", halves)
    async with lanes(tmp_path) as (made, client, _):
        found = await made.outcomes(calls(10), LONG)
        begun = await batches(client)

    assert (list(reasons(found).values()), len(begun)) == ([None] * 10, 2)


def halves(lines: dict[str, bytes]) -> list[dict[str, bytes]]:
    """Two parts of some lines."""
    rows = list(lines.items())
    return [dict(rows[: len(rows) // 2]), dict(rows[len(rows) // 2 :])]


async def test_a_service_that_refuses_the_key_is_a_reason(tmp_path: Path) -> None:
    """Nothing is begun; every request says why."""
    async with lanes(tmp_path, key="another") as (made, _, _):
        found = await made.outcomes(calls(2), LONG)

    assert reasons(found) == {"n0": "status", "n1": "status"}


async def test_money_is_reserved_and_what_was_spent_is_half(tmp_path: Path) -> None:
    """One request for all lines; without enough money no batch is begun."""
    async with api(tmp_path) as (client, _):
        limiter = Limiter(None, "t", Limits(10, 1_000_000, 1_000_000), lambda: AT)
        found = await lane(client, limiter=limiter).outcomes(calls(20), LONG)
        spent = limiter._spending.untold("2024-02-10")
        poor = Limiter(None, "p", Limits(10, 1_000_000, 10), lambda: AT)
        refused = await lane(client, limiter=poor).outcomes(calls(20), LONG)
        begun = await batches(client)

    assert spent == sum(batch_cost(MODEL, *each.usage) for each in found.values())
    assert 0 < spent <= sum(cost(MODEL, *each.usage) for each in found.values()) / 2 + 20
    assert (set(reasons(refused).values()), len(begun)) == ({"budget"}, 1)
