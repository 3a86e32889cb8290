"""A call to a model of the Responses API: one answer, bounded in time, attempts, tokens and money.

The client's own retries are off, because their delays are neither visible nor bounded here. Ours are bounded,
and use the delay that the server asks for.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from math import inf
from typing import Any, TypeVar

import structlog
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, OpenAIError

from workers.runtime.metrics.models import MODEL_COST, MODEL_REQUESTS, MODEL_SECONDS, MODEL_TOKENS
from workers.runtime.pace.durations import retry_after_seconds
from workers.runtime.pace.limiter import Limiter, LimitError, Reservation
from workers.runtime.process.backoff import Backoff
from workers.writing.errors import RetryableError, TruncatedError, WritingError
from workers.writing.model_answers import ModelAnswer, Usage, answer_of
from workers.writing.pace.answer_times import AnswerTimes
from workers.writing.pace.prices import cost
from workers.writing.request import OUTPUT_TOKENS, SOON, Form, Prompt, Urgency, request_body

T = TypeVar("T")
log = structlog.get_logger(__name__)

RETRIED_STATUSES = {408, 409, 429}  # and every 5xx
NO_CREDIT = "insufficient_quota"  # the code of a 429 that no retry can cure
ATTEMPTS = 4
FIRST_DELAY, MAX_DELAY = 0.5, 8.0  # seconds
MAX_RETRY_AFTER = 30.0  # seconds; when the server asks for a longer delay, the call is given up


def call_backoff() -> Backoff:
    """The backoff of one call: ATTEMPTS attempts, and jitter so that workers do not retry together."""
    return Backoff(inf, FIRST_DELAY, MAX_DELAY, attempts=ATTEMPTS, jitter=random.random)


class ModelCall:
    """Calls one model; `timeout` is in seconds, for a whole answer. No `limiter`: nothing is limited.

    `times` are those of its answers.
    """

    def __init__(
        self,
        client: AsyncOpenAI,
        model: str,
        timeout: float,
        new_backoff: Callable[[], Backoff] = call_backoff,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        limiter: Limiter | None = None,
    ) -> None:
        self.model, self.limiter, self.times = model, limiter, AnswerTimes()
        self.client, self._timeout = client, timeout
        self._new_backoff, self._sleep = new_backoff, sleep

    async def ask(self, prompt: Prompt, form: Form, call_id: str, urgency: Urgency = SOON) -> ModelAnswer:
        """The answer to a prompt; WritingError after the last attempt. `call_id` names the call in logs.

        WritingError at once while the model does not answer several calls that were begun before.
        """
        if self.times.has_stalled(asyncio.get_running_loop().time()):
            raise WritingError("several calls are not answered", "stalled")
        try:
            return await self._with_retries(prompt, form, call_id, urgency, OUTPUT_TOKENS)
        except TruncatedError:
            log.info("trying again with more tokens", call=call_id)
            return await self._with_retries(prompt, form, call_id, urgency, 2 * OUTPUT_TOKENS)

    async def close(self) -> None:
        """Close the connections of the client."""
        await self.client.close()

    async def _with_retries(
        self, prompt: Prompt, form: Form, call_id: str, urgency: Urgency, largest: int
    ) -> ModelAnswer:
        async def once() -> ModelAnswer:
            return await self._once(prompt, form, urgency, largest)

        return await with_retries(once, self._new_backoff(), self._sleep, call_id)

    async def _once(self, prompt: Prompt, form: Form, urgency: Urgency, largest: int) -> ModelAnswer:
        """One attempt, within the limits; what it has taken is known to them afterwards."""
        reservation = await self._reserve(prompt, urgency, largest)
        began = time.perf_counter()
        try:
            body, headers = await self._timed(prompt, form, largest)
            answer = answer_of(body)
        except WritingError as error:
            MODEL_REQUESTS.labels(self.model, error.reason).inc()
            if reservation is not None and error.reason == "connection":
                await reservation.release()
            raise
        used, micro_dollars = answer.usage, cost(self.model, *answer.usage)
        count_answer(self.model, used, micro_dollars, time.perf_counter() - began)
        if self.limiter is not None and reservation is not None:
            self.limiter.learn(headers)
            await reservation.correct(used.input_tokens + used.output_tokens, micro_dollars)
        return answer

    async def _reserve(self, prompt: Prompt, urgency: Urgency, largest: int) -> Reservation | None:
        if self.limiter is None:
            return None
        dearest = cost(self.model, prompt.tokens, 0, largest)
        try:
            wait, priority = urgency.longest_wait, urgency.priority
            return await self.limiter.reserve(prompt.tokens + largest, dearest, wait, priority)
        except LimitError as error:
            reason = "budget" if error.reason == "budget" else "limit"
            raise WritingError(f"no call is allowed now ({error.reason})", reason) from None

    async def _timed(self, prompt: Prompt, form: Form, largest: int) -> tuple[object, Mapping[str, str]]:
        """As `_request`; how long it takes is noted, without the wait for its turn."""
        now = asyncio.get_running_loop().time
        number, is_answered = self.times.begin(now()), False
        try:
            answer = await self._request(prompt, form, largest)
            is_answered = True
            return answer
        finally:
            self.times.end(number, now(), is_answered)

    async def _request(self, prompt: Prompt, form: Form, largest: int) -> tuple[object, Mapping[str, str]]:
        """Body and headers of a response; RetryableError if another attempt may help, else WritingError."""
        body: dict[str, Any] = request_body(self.model, prompt, form, largest)
        try:
            # the client's timeout is for each read; this one is for the whole answer
            async with asyncio.timeout(self._timeout):
                raw = await self.client.responses.with_raw_response.create(**body)
                return raw.http_response.json(), raw.headers
        except TimeoutError:
            raise RetryableError(f"no answer within {self._timeout:g} s", "timeout") from None
        except (OpenAIError, ValueError) as error:
            raise api_error(error) from None


def count_answer(model: str, used: Usage, micro_dollars: int, seconds: float) -> None:
    """Count an answered request, what it took and what it cost."""
    MODEL_REQUESTS.labels(model, "answered").inc()
    MODEL_SECONDS.labels(model).observe(seconds)
    kinds = {"input": used.input_tokens, "cached": used.cached_tokens, "output": used.output_tokens}
    for kind, tokens in kinds.items():
        MODEL_TOKENS.labels(model, kind).inc(tokens)
    MODEL_COST.labels(model).inc(micro_dollars / 1_000_000)


async def with_retries(
    once: Callable[[], Awaitable[T]],
    backoff: Backoff,
    sleep: Callable[[float], Awaitable[None]],
    call_id: str,
) -> T:
    """What a call returns, tried again where that may help; WritingError after the last attempt."""
    while True:
        try:
            return await once()
        except RetryableError as error:
            delay = backoff.failed()
            if error.after is not None:
                delay = error.after
            if backoff.exhausted or delay > MAX_RETRY_AFTER:
                detail = f"given up after {backoff.failures} attempts: {error}"
                raise WritingError(detail, error.reason) from None
            log.info("trying again", call=call_id, attempt=backoff.failures, wait=delay, detail=str(error))
            await sleep(delay)


def api_error(error: OpenAIError | ValueError) -> WritingError:
    """The error for one of the client, retryable or not."""
    if isinstance(error, APIConnectionError):
        return RetryableError(type(error).__name__, "connection")
    if isinstance(error, APIStatusError):
        return status_error(error)
    return WritingError(f"the answer cannot be read ({type(error).__name__})", "schema")


def status_error(error: APIStatusError) -> WritingError:
    """The error for an HTTP status, retryable or not."""
    detail = f"status {error.status_code} ({error.code or 'no code'})"
    if error.code == NO_CREDIT:
        return WritingError(detail, "no-credit")
    if error.status_code in RETRIED_STATUSES or error.status_code >= 500:
        return RetryableError(detail, after=retry_after_seconds(error.response.headers))
    return WritingError(detail, "status")
