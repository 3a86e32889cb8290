"""The writer that asks a model. `_request` is the call; everything else handles its result.

The client's own retries are off, because their delays are neither visible nor bounded here. Ours are bounded,
and use the delay that the server asks for.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from math import inf
from typing import cast

import structlog
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, OpenAIError, omit
from openai.types.responses import Response, ResponseOutputMessage, ResponseTextConfigParam
from openai.types.shared_params import Reasoning

from schemas.decision import Brief, SendDecision
from workers.mail.draft import read_draft, text_format
from workers.mail.prompt import Prompt, prompt
from workers.mail.templates import greeting
from workers.mail.writer import MailText, WritingError
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.settings import Settings

log = structlog.get_logger(__name__)

OUTPUT_TOKENS = 4000  # reasoning counts too: with a small limit no tokens may be left for the text
RETRIED_STATUSES = {408, 409, 429}  # and every 5xx
NO_CREDIT = "insufficient_quota"  # the code of a 429 that no retry can cure
ATTEMPTS = 4
FIRST_DELAY, MAX_DELAY = 0.5, 8.0  # seconds
MAX_RETRY_AFTER = 30.0  # seconds; when the server asks for a longer delay, the call is given up


class RetryableError(WritingError):
    """A failed attempt that may succeed when repeated; `after` is the server's Retry-After in seconds."""

    def __init__(self, detail: str, after: float | None = None) -> None:
        super().__init__(detail)
        self.after = after


def call_backoff() -> Backoff:
    """The backoff of one call: ATTEMPTS attempts, and jitter so that workers do not retry together."""
    return Backoff(inf, FIRST_DELAY, MAX_DELAY, attempts=ATTEMPTS, jitter=random.random)


class GptWriter:
    """Writes with a model of the OpenAI Responses API; `timeout` is in seconds, for a whole answer."""

    def __init__(
        self,
        client: AsyncOpenAI,
        model: str,
        timeout: float,
        new_backoff: Callable[[], Backoff] = call_backoff,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.client = client
        self.model = model
        self.timeout = timeout
        self.new_backoff = new_backoff
        self.sleep = sleep

    async def write(self, decision: SendDecision) -> MailText:
        """Return the model's text for a decision, checked; raises WritingError after the last attempt."""
        brief = decision.brief or Brief()
        answer = await self._call_with_retries(decision.id, prompt(decision))
        draft = read_draft(answer, brief.language)
        return MailText(draft.subject, greeting(brief), tuple(draft.body), draft.closing, "gpt", self.model)

    async def _call_with_retries(self, decision_id: str, request: Prompt) -> str:
        backoff = self.new_backoff()
        while True:
            try:
                return answer_of(await self._request(request))
            except RetryableError as error:
                delay = backoff.failed()
                if error.after is not None:
                    delay = error.after
                attempt = backoff.failures
                if backoff.exhausted or delay > MAX_RETRY_AFTER:
                    raise WritingError(f"given up after {attempt} attempts: {error}") from None
                log.info("trying again", decision=decision_id, attempt=attempt, wait=delay, detail=str(error))
                await self.sleep(delay)

    async def _request(self, request: Prompt) -> Response:
        """Call the model. Raises RetryableError when another attempt may succeed, else WritingError."""
        try:
            # the client's timeout is for each read; this one is for the whole answer
            async with asyncio.timeout(self.timeout):
                return await self.client.responses.create(
                    model=self.model,
                    instructions=request.instructions,
                    input=request.facts,
                    text=cast(ResponseTextConfigParam, {"format": text_format()}),
                    reasoning=Reasoning(effort="low") if self.model.startswith("gpt-5") else omit,
                    max_output_tokens=OUTPUT_TOKENS,
                    store=False,
                )
        except TimeoutError:
            raise RetryableError(f"no answer within {self.timeout:g} s") from None
        except APIConnectionError as error:
            raise RetryableError(type(error).__name__) from None
        except APIStatusError as error:
            raise status_error(error) from None
        except (OpenAIError, ValueError) as error:
            raise WritingError(f"the answer cannot be read ({type(error).__name__})") from None


def status_error(error: APIStatusError) -> WritingError:
    """The error for an HTTP status, retryable or not."""
    detail = f"status {error.status_code} ({error.code or 'no code'})"
    is_retried = error.status_code in RETRIED_STATUSES or error.status_code >= 500
    if error.code == NO_CREDIT or not is_retried:
        return WritingError(detail)
    return RetryableError(detail, retry_after(dict(error.response.headers)))


def answer_of(response: object) -> str:
    """The text of a completed response; raises WritingError for a refusal or an incomplete or empty one."""
    if not isinstance(response, Response):  # the client returns a body that is not JSON as it is
        raise WritingError("the answer is not JSON")
    if response.status != "completed":
        details = response.incomplete_details
        raise WritingError(f"the answer is {response.status} ({details.reason if details else 'no reason'})")
    messages = [item for item in response.output or () if isinstance(item, ResponseOutputMessage)]
    parts = [part for message in messages for part in message.content]
    if any(part.type == "refusal" for part in parts):
        raise WritingError("the model refused")
    text = "".join(part.text for part in parts if part.type == "output_text")
    if not text:
        raise WritingError("the answer is empty")
    return text


def retry_after(headers: dict[str, str]) -> float | None:
    """The delay in seconds that the server asks for, or None; a date counts from the server's `Date`."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        return max(0.0, float(headers["retry-after"]))
    except KeyError:
        return None
    except ValueError:
        pass
    try:
        retry_at, server_now = (parsedate_to_datetime(headers[name]) for name in ("retry-after", "date"))
        return max(0.0, (retry_at - server_now).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None


def gpt_writer(settings: Settings, key: str) -> GptWriter:
    """The writer for the settings (model, base URL, timeout) with this API key."""
    client = AsyncOpenAI(
        api_key=key,
        base_url=settings.openai_base_url,
        max_retries=0,
        timeout=settings.openai_timeout_seconds,
    )
    return GptWriter(client, settings.openai_model, settings.openai_timeout_seconds)
