"""The paths of files and batches of the API, each call bounded in time and attempts."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

import structlog
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, ConflictError, OpenAIError

from workers.runtime.process.backoff import Backoff
from workers.writing.batch.lines import ENDPOINT
from workers.writing.batch.state import BatchState, batch_state
from workers.writing.errors import RetryableError, WritingError
from workers.writing.model_call import api_error, call_backoff, with_retries

T = TypeVar("T")
log = structlog.get_logger(__name__)

CALL_SECONDS, FILE_SECONDS = 60.0, 900.0  # for a whole answer; a file may be large
NOT_FOUND = 404
FILE_LIFE = 259_200  # seconds after which the API deletes the files of a batch if we cannot
LISTED = 20  # of the newest batches


class GoneError(WritingError):
    """The API knows no such batch or file."""


class BatchApi:
    """Calls with a client; WritingError after the last attempt, GoneError for what is not there."""

    def __init__(
        self,
        client: AsyncOpenAI,
        new_backoff: Callable[[], Backoff] = call_backoff,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client, self._new_backoff, self._sleep = client, new_backoff, sleep

    async def begin(self, content: bytes) -> BatchState:
        """Begin a batch of the lines of a file. What was uploaded for one that fails is deleted."""
        file_id = await self._retried("upload", lambda: self._upload(content))
        try:
            return await self._retried("begin", lambda: self._create(file_id))
        except WritingError:
            await self.delete(file_id)
            raise

    async def state(self, batch_id: str) -> BatchState:
        """A batch as it is now; tried once, RetryableError if it is not known for the moment."""

        async def retrieve() -> BatchState:
            raw = await self._client.batches.with_raw_response.retrieve(batch_id)
            return batch_state(raw.http_response.json())

        return await _asked(retrieve, CALL_SECONDS)

    async def cancel(self, batch_id: str) -> None:
        """Let a batch end early; one that is over stays as it is."""

        async def cancel() -> None:
            with suppress(ConflictError):  # it is over
                await self._client.batches.cancel(batch_id)

        try:
            await self._retried("cancel", lambda: _asked(cancel, CALL_SECONDS))
        except WritingError as error:
            log.warning("a batch cannot be cancelled", batch=batch_id, detail=str(error))

    async def content(self, file_id: str) -> bytes:
        """The content of a file."""

        async def read() -> bytes:
            return (await self._client.files.content(file_id)).content

        return await self._retried("read", lambda: _asked(read, FILE_SECONDS))

    async def delete(self, file_id: str) -> None:
        """Delete a file; one that cannot be deleted ends by itself after FILE_LIFE seconds."""
        try:
            await _asked(lambda: self._client.files.delete(file_id), CALL_SECONDS)
        except WritingError as error:
            log.info("a file of a batch is not deleted", file=file_id, detail=str(error))

    async def _retried(self, what: str, once: Callable[[], Awaitable[T]]) -> T:
        return await with_retries(once, self._new_backoff(), self._sleep, f"batch {what}")

    async def _upload(self, content: bytes) -> str:
        async def upload() -> str:
            raw = await self._client.files.with_raw_response.create(
                file=("batch.jsonl", content),
                purpose="batch",
                expires_after={"anchor": "created_at", "seconds": FILE_LIFE},
            )
            body = raw.http_response.json()
            file_id = body.get("id") if isinstance(body, dict) else None
            if not isinstance(file_id, str):
                raise RetryableError("the answer tells of no file", "schema")
            return file_id

        return await _asked(upload, FILE_SECONDS)

    async def _create(self, file_id: str) -> BatchState:
        async def create() -> BatchState:
            raw = await self._client.batches.with_raw_response.create(
                input_file_id=file_id,
                endpoint=cast(Any, ENDPOINT),
                completion_window="24h",
                output_expires_after={"anchor": "created_at", "seconds": FILE_LIFE},
            )
            return batch_state(raw.http_response.json())

        try:
            return await _asked(create, CALL_SECONDS)
        except RetryableError:  # it may have been begun though nobody could say so
            begun = await self._begun(file_id)
            if begun is None:
                raise
            return begun

    async def _begun(self, file_id: str) -> BatchState | None:
        """The batch of an input file, among the newest."""

        async def listed() -> object:
            raw = await self._client.batches.with_raw_response.list(limit=LISTED)
            return raw.http_response.json()

        body = await _asked(listed, CALL_SECONDS)
        data = body.get("data") if isinstance(body, dict) else None
        for each in data if isinstance(data, list) else ():
            if isinstance(each, dict) and each.get("input_file_id") == file_id:
                return batch_state(each)
        return None


async def _asked(call: Callable[[], Awaitable[T]], seconds: float) -> T:
    """What a call of the client returns; RetryableError if another may help, else WritingError."""
    try:
        async with asyncio.timeout(seconds):
            return await call()
    except TimeoutError:
        raise RetryableError(f"no answer within {seconds:g} s", "timeout") from None
    except APIStatusError as error:
        if error.status_code == NOT_FOUND:
            raise GoneError(f"status {NOT_FOUND} ({error.code or 'no code'})", "status") from None
        raise api_error(error) from None
    except APIConnectionError as error:
        raise api_error(error) from None
    except (OpenAIError, ValueError) as error:
        raise RetryableError(str(api_error(error)), "schema") from None
