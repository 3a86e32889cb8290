"""The batch lane: has many requests answered together, at half the price, and waits for the answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog

from workers.runtime.pace.limiter import Limiter, LimitError, Reservation
from workers.writing.batch.api import BatchApi, GoneError
from workers.writing.batch.kept_batches import KeptBatches
from workers.writing.batch.lines import (
    BatchCall,
    LineOutcome,
    Outcomes,
    RequestLines,
    dearest,
    file_parts,
    lines_of,
    outcomes_of,
)
from workers.writing.batch.state import BatchState
from workers.writing.errors import RetryableError, WritingError
from workers.writing.pace.prices import batch_cost

log = structlog.get_logger(__name__)

LOWEST = 1  # priority: who waits for a day can wait for a minute
GONE_LOOKS = 3  # so many times a batch may be unknown: one that was just begun is not known everywhere


class BatchPace(NamedTuple):
    """How often a batch is looked at, in seconds: at first, and at longest, doubling in between.

    A batch that was given up is waited for `cancelling` seconds more, as what was answered by then is paid
    for; `beginning` is how long a stop waits for the id of a batch that is just being begun.
    """

    first: float = 2.0
    longest: float = 60.0
    cancelling: float = 120.0
    beginning: float = 5.0


USUAL_PACE = BatchPace()


class BatchLane:
    """Has requests of one model answered. Of the limits it takes a request a batch, and its money.

    What a batch has reserved before a restart stays reserved for that day, though it costs less.
    """

    def __init__(
        self,
        api: BatchApi,
        model: str,
        kept: KeptBatches,
        limiter: Limiter | None = None,
        pace: BatchPace | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.model = model
        self._api, self._kept, self._limiter = api, kept, limiter
        self._pace, self._sleep = pace or USUAL_PACE, sleep

    async def outcomes(self, calls: Sequence[BatchCall], longest_wait: float) -> Outcomes:
        """What came of each request within `longest_wait` seconds: an answer, or why there is none.

        Batches that were begun for the same requests before a restart are gone on with. One that is not over
        in time is cancelled, and what it has by then is read. When this is cancelled itself, they go on.
        Never raises WritingError; ValueError for two requests of one name.
        """
        lines, deadline = lines_of(calls), _now() + longest_wait
        earlier = await self._kept.find(lines)
        taken = frozenset[str]().union(*earlier.values())
        new = {custom_id: line for custom_id, line in lines.items() if custom_id not in taken}
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._gone_on(batch_id, part, deadline))
                for batch_id, part in earlier.items()
            ]
            tasks += [group.create_task(self._new(part, deadline)) for part in file_parts(new)]
        return {custom_id: outcome for task in tasks for custom_id, outcome in task.result().items()}

    async def _new(self, lines: RequestLines, deadline: float) -> Outcomes:
        """The outcomes of lines in a batch of their own."""
        try:
            state, reservation = await self._begun(lines, deadline)
            found = await self._followed(state.batch_id, lines, deadline)
        except WritingError as error:
            log.warning("a batch failed", lines=len(lines), detail=str(error))
            return dict.fromkeys(lines, LineOutcome(error=error))
        if reservation is not None:
            spent = sum(batch_cost(self.model, *each.usage) for each in found.values())
            await reservation.correct(0, spent)
        return found

    async def _gone_on(self, batch_id: str, lines: RequestLines, deadline: float) -> Outcomes:
        """The outcomes of lines in a batch that was begun earlier; what it has not answered is asked anew."""
        log.info("going on with a batch", batch=batch_id, lines=len(lines))
        try:
            found = await self._followed(batch_id, lines, deadline)
        except GoneError as error:
            await self._kept.forget(batch_id)
            found = dict.fromkeys(lines, LineOutcome(error=WritingError(str(error), "batch")))
        except WritingError as error:
            return dict.fromkeys(lines, LineOutcome(error=error))
        left = [
            name for name, each in found.items() if each.error is not None and each.error.reason == "batch"
        ]
        if left and _now() < deadline:
            found |= await self._new({name: lines[name] for name in left}, deadline)
        return found

    async def _begun(self, lines: RequestLines, deadline: float) -> tuple[BatchState, Reservation | None]:
        """A batch of the lines, whose id is kept also when this is cancelled on the way."""
        beginning = asyncio.ensure_future(self._begin(lines, deadline))
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            await asyncio.wait([beginning], timeout=self._pace.beginning)
            beginning.cancel()
            raise

    async def _begin(self, lines: RequestLines, deadline: float) -> tuple[BatchState, Reservation | None]:
        reservation = await self._reserve(lines, deadline)
        try:
            state = await self._api.begin(b"".join(lines.values()))
        except WritingError:
            if reservation is not None:
                await reservation.release()
            raise
        await self._kept.keep(state.batch_id, lines)
        log.info("a batch was begun", batch=state.batch_id, lines=len(lines))
        return state, reservation

    async def _reserve(self, lines: RequestLines, deadline: float) -> Reservation | None:
        """The money of a batch; it counts as one request, its tokens have limits of their own."""
        if self._limiter is None:
            return None
        try:
            return await self._limiter.reserve(0, dearest(self.model, lines), deadline - _now(), LOWEST)
        except LimitError as error:
            reason = "budget" if error.reason == "budget" else "limit"
            raise WritingError(f"no batch is allowed now ({error.reason})", reason) from None

    async def _followed(self, batch_id: str, lines: RequestLines, deadline: float) -> Outcomes:
        """The outcomes of the lines of a batch, when it is over or given up; raises GoneError."""
        state = await self._over(batch_id, deadline)
        if not state.is_over:
            return dict.fromkeys(lines, LineOutcome(error=state.missing()))
        contents, missing, unread = [], state.missing(), False
        for file_id in state.outputs:
            try:
                contents.append(await self._api.content(file_id))
            except WritingError as error:
                unread |= not isinstance(error, GoneError)
                missing = WritingError(f"a file of the batch cannot be read: {error}", error.reason)
        found, others = outcomes_of(contents, lines.keys())
        if others:
            log.info("a batch has lines of others", batch=batch_id, lines=others)
        if not unread:
            await self._kept.forget(batch_id)
            for file_id in state.files:
                await self._api.delete(file_id)
        return {name: found.get(name, LineOutcome(error=missing)) for name in lines}

    async def _over(self, batch_id: str, deadline: float) -> BatchState:
        """A batch at its end; cancelled at the deadline, and as it was last seen if it does not end then."""
        pause, is_given_up, gone = self._pace.first, False, 0
        state = BatchState(batch_id, "unknown")
        while True:
            try:
                state = await self._api.state(batch_id)
            except GoneError:
                gone += 1
                if gone == GONE_LOOKS:
                    raise
            except RetryableError as error:
                log.info("a batch cannot be looked at for the moment", batch=batch_id, detail=str(error))
            left = deadline - _now()
            if state.is_over or (left <= 0 and is_given_up):
                return state
            if left <= 0:
                log.warning("a batch is given up", batch=batch_id, status=state.status)
                await self._api.cancel(batch_id)
                pause, is_given_up = self._pace.first, True
                left = self._pace.cancelling
                deadline = _now() + left
            await self._sleep(min(pause, left))
            pause = min(2 * pause, self._pace.longest)


def _now() -> float:
    return asyncio.get_running_loop().time()
