"""Works on batches, one task each, from `validating` to their end."""

import asyncio
import random
from collections import Counter
from typing import cast

from deploy.embedded.openai.batch_lines import (
    BatchLine,
    answered_line,
    as_file,
    is_good,
    read_lines,
    unanswered_line,
)
from deploy.embedded.openai.bodies import Json
from deploy.embedded.openai.errors import ApiError, status_fault
from deploy.embedded.openai.faults import STATUS_FAULTS, WIRE_FAULTS
from deploy.embedded.openai.service import ApiService
from deploy.embedded.openai.settings import StatusFault

OVER = {"completed", "failed", "expired", "cancelled"}  # a batch stays as it is


class BatchRunner:
    """Runs the batches of a service, until `close`; `resume` goes on with them after a restart."""

    def __init__(self, service: ApiService) -> None:
        self._service = service
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._cancelled: dict[str, asyncio.Event] = {}

    def resume(self) -> None:
        """Go on with all batches that are not over, from their beginning."""
        for batch in list(self._service.store.batches.values()):
            if batch["status"] not in OVER:
                self.start(batch)

    def start(self, batch: Json) -> None:
        """Work on a batch."""
        name = batch["id"]
        self._cancelled[name] = asyncio.Event()
        if batch["status"] == "cancelling":
            self._cancelled[name].set()
        self._tasks[name] = asyncio.create_task(self._run(batch))

    def cancel(self, batch: Json) -> None:
        """Let a batch end early; what is done by then is in its files."""
        self._set(batch, "cancelling")
        self._cancelled[batch["id"]].set()

    async def close(self) -> None:
        """End all work, as it is."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    def _set(self, batch: Json, status: str, **more: object) -> None:
        batch.update(more, status=status)
        batch[f"{status}_at"] = self._service.clock()
        self._service.store.save_batch(batch)

    async def _pause(self, batch: Json, seconds: float) -> None:
        """Wait so long, less when the batch is cancelled."""
        try:
            await asyncio.wait_for(self._cancelled[batch["id"]].wait(), seconds)
        except TimeoutError:
            return

    async def _run(self, batch: Json) -> None:
        settings, store = self._service.settings, self._service.store
        await self._pause(batch, settings.batch_seconds)
        try:
            store.file(batch["input_file_id"], self._service.clock())
        except ApiError as error:
            wrong = [{"code": "file_not_found", "message": str(error), "param": None, "line": None}]
            lines: list[BatchLine] = []
        else:
            lines, wrong = read_lines(store.content(batch["input_file_id"]), batch["endpoint"])
        if wrong:
            self._set(batch, "failed", errors={"object": "list", "data": wrong})
            return
        batch["model"], batch["request_counts"] = (
            lines[0].body.get("model") or "",
            {"total": len(lines), "completed": 0, "failed": 0},
        )
        if not self._cancelled[batch["id"]].is_set():
            self._set(batch, "in_progress")
        done = await self._work(batch, lines)
        await self._pause(batch, settings.batch_seconds)
        status = self._why_ended(batch)
        if status is None:
            self._set(batch, "finalizing")
            await self._pause(batch, settings.batch_seconds)
        self._finish(batch, self._why_ended(batch) or "completed", done)

    async def _work(self, batch: Json, lines: list[BatchLine]) -> list[Json]:
        """The lines of the answers, in the order of the requests."""
        done: list[Json] = []
        for line in lines:
            await self._pause(batch, self._service.settings.batch_line_seconds)
            ended = self._why_ended(batch)
            number = self._service.store.next_number()
            if ended is None:
                done.append(self._answered(line, batch["endpoint"], number))
            else:
                done.append(unanswered_line(number, line.custom_id, f"batch_{ended}"))
            batch["request_counts"]["completed" if is_good(done[-1]) else "failed"] += 1
            await asyncio.sleep(0)  # the other paths answer, too
        return done

    def _why_ended(self, batch: Json) -> str | None:
        """`cancelled` or `expired` when the batch is; None when it may go on."""
        if self._cancelled[batch["id"]].is_set():
            return "cancelled"
        return "expired" if self._service.clock() >= batch["expires_at"] else None

    def _answered(self, line: BatchLine, endpoint: str, number: str) -> Json:
        service = self._service
        try:
            request = service.read(endpoint, line.body)
            fault = service.draw(endpoint)
            if fault in WIRE_FAULTS:
                return unanswered_line(number, line.custom_id, "request_timeout")
            if fault in STATUS_FAULTS:
                raise status_fault(cast(StatusFault, fault))
            answered = service.answered(request, line.body, fault)
        except ApiError as error:
            return answered_line(number, line.custom_id, error.status, error.body)
        return answered_line(number, line.custom_id, 200, answered.body)

    def _finish(self, batch: Json, status: str, done: list[Json]) -> None:
        """Write the files, each only if it has lines, in no order."""
        store, at = self._service.store, self._service.clock()
        random.Random(batch["id"]).shuffle(done)
        life = (batch.get("output_expires_after") or {}).get("seconds")
        good = [line for line in done if is_good(line)]
        bad = [line for line in done if not is_good(line)]
        for kind, lines in (("output", good), ("error", bad)):
            if lines:
                file = store.add_file(as_file(lines), f"{batch['id']}_{kind}.jsonl", "batch_output", at, life)
                batch[f"{kind}_file_id"] = file["id"]
        self._set(batch, status, usage=total_usage(good))


def total_usage(lines: list[Json]) -> Json:
    """The tokens of all answers."""
    sums: Counter[str] = Counter()
    for line in lines:
        used = line["response"]["body"]["usage"]
        sums["input"] += used.get("input_tokens", used.get("prompt_tokens", 0))
        sums["output"] += used.get("output_tokens", 0)
        sums["reasoning"] += used.get("output_tokens_details", {}).get("reasoning_tokens", 0)
    return {
        "input_tokens": sums["input"],
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": sums["output"],
        "output_tokens_details": {"reasoning_tokens": sums["reasoning"]},
        "total_tokens": sums["input"] + sums["output"],
    }
