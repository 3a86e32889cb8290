"""The batch lane over restarts and while the service fails: nothing is asked twice."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from openai import APIConnectionError

from tests.unit.deploy.openai.api import api
from tests.unit.writing.batch.lanes import LONG, HashesInMemory, asked, batches, calls, lane, reasons, working
from workers.writing.batch.api import BatchApi
from workers.writing.errors import RetryableError, WritingError


async def test_after_a_restart_the_batch_is_gone_on_with(tmp_path: Path) -> None:
    """It is paid for once; afterwards nothing is kept."""
    redis = HashesInMemory()
    async with api(tmp_path, batch_line_seconds=0.01) as (client, _):
        asking = asyncio.create_task(lane(client, redis).outcomes(calls(20), LONG))
        await working(client)
        asking.cancel()
        await asyncio.wait([asking])
        wanted = [*calls(20)[5:], asked("new")]  # five have come otherwise, and one is new
        found = await lane(client, redis).outcomes(wanted, LONG)
        begun = await batches(client)

    assert list(reasons(found).values()) == [None] * 16
    assert sorted(each.request_counts.total for each in begun) == [1, 20]
    assert redis.hashes == {"t:batches": {}}


async def test_a_stop_while_a_batch_is_begun_keeps_its_id(tmp_path: Path) -> None:
    """The next run goes on with it."""
    redis, asked_for = HashesInMemory(), asyncio.Event()

    class Slow(BatchApi):
        async def begin(self, content: bytes) -> Any:
            asked_for.set()
            await asyncio.sleep(0.2)
            return await super().begin(content)

    async with api(tmp_path) as (client, _):
        asking = asyncio.create_task(lane(client, redis, calls=Slow).outcomes(calls(3), LONG))
        await asked_for.wait()
        asking.cancel()
        await asyncio.wait([asking])
        assert len(redis.hashes["t:batches"]) == 1
        found = await lane(client, redis).outcomes(calls(3), LONG)
        begun = await batches(client)

    assert (list(reasons(found).values()), len(begun)) == ([None] * 3, 1)


@pytest.mark.parametrize("kept", ["gone", "cancelled", "unreadable"])
async def test_what_an_earlier_batch_has_not_answered_is_asked_anew(tmp_path: Path, kept: str) -> None:
    """A batch that the service does not know, one that was cancelled, and an entry that is none."""
    redis = HashesInMemory()
    async with api(tmp_path, batch_line_seconds=0.01) as (client, plain):
        asking = asyncio.create_task(lane(client, redis).outcomes(calls(20), LONG))
        batch = await working(client)
        asking.cancel()
        await asyncio.wait([asking])
        if kept == "cancelled":
            await client.batches.cancel(batch.id)
        elif kept == "gone":
            await plain.post("/control/reset")
        else:
            redis.hashes["t:batches"] = {b"batch_1": b"{", b"batch_2": b'{"at":0,"lines":[]}'}
        found = await lane(client, redis).outcomes(calls(20), LONG)

    assert list(reasons(found).values()) == [None] * 20
    assert redis.hashes == {"t:batches": {}}


async def test_a_service_that_fails_for_a_while_is_asked_again(tmp_path: Path) -> None:
    """How far a batch is, and what is in its files."""

    class Flaky(BatchApi):
        failures = 0

        async def state(self, batch_id: str) -> Any:
            self.failures += 1
            if self.failures % 2:
                raise RetryableError("status 502")
            return await super().state(batch_id)

    async with api(tmp_path) as (client, _):
        found = await lane(client, calls=Flaky).outcomes(calls(3), LONG)

    assert list(reasons(found).values()) == [None] * 3


async def test_a_file_that_cannot_be_read_now_is_read_by_the_next_run(tmp_path: Path) -> None:
    """Nothing is deleted or forgotten that is paid for."""
    redis = HashesInMemory()

    class Unreadable(BatchApi):
        async def content(self, file_id: str) -> bytes:
            raise WritingError("status 500", "status")

    async with api(tmp_path) as (client, _):
        first = await lane(client, redis, calls=Unreadable).outcomes(calls(3), LONG)
        found = await lane(client, redis).outcomes(calls(3), LONG)
        begun = await batches(client)

    assert set(reasons(first).values()) == {"status"}
    assert (list(reasons(found).values()), len(begun)) == ([None] * 3, 1)


@pytest.mark.parametrize("error", [TimeoutError, ValueError, APIConnectionError(request=None)])  # type: ignore[arg-type]
async def test_a_batch_whose_beginning_was_not_answered_is_found(
    tmp_path: Path, error: type[Exception] | Exception
) -> None:
    """It is not begun twice."""
    async with api(tmp_path) as (client, _):
        create, count = client.batches.with_raw_response.create, 0

        async def unanswered(**more: Any) -> Any:
            nonlocal count
            count += 1
            await create(**more)
            raise error

        client.batches.with_raw_response.create = unanswered
        found = await lane(client).outcomes(calls(3), LONG)
        begun = await batches(client)

    assert (list(reasons(found).values()), count, len(begun)) == ([None] * 3, 1, 1)
