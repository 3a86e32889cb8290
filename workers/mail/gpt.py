"""The writer that asks a model. One function, `_answer`, is the call; the rest decides about its outcome.

The client's own retries are off (they hide from us and wait as they like); ours are bounded and wait as the
server asks.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import cast

import structlog
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, OpenAIError, omit
from openai.types.responses import Response, ResponseOutputMessage, ResponseTextConfigParam
from openai.types.shared_params import Reasoning

from schemas.decision import Brief, SendDecision
from workers.mail.draft import read_draft, text_format
from workers.mail.prompt import Prompt, prompt
from workers.mail.templates import greeting
from workers.mail.writer import Text, WritingError
from workers.runtime.process.settings import Settings

log = structlog.get_logger(__name__)

OUTPUT_TOKENS = 4000  # reasoning counts too: a small cap can leave no text
RETRIED = {408, 409, 429}  # and every 5xx
NO_MONEY = "insufficient_quota"  # a 429 that no waiting cures


@dataclass(frozen=True)
class Backoff:
    """How often to try, and how long to wait in between, in seconds.

    A wait doubles from `first` to `longest`, minus up to a quarter by `jitter` (0 to 1). The server's own
    wish is followed, up to `patience`; a longer one ends the trying.
    """

    attempts: int = 4
    first: float = 0.5
    longest: float = 8.0
    patience: float = 30.0
    jitter: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def wait(self, attempt: int) -> float:
        """The wait after a failed attempt (1 for the first)."""
        return min(self.longest, self.first * 2.0 ** (attempt - 1)) * (1 - 0.25 * self.jitter())


class RetryableError(WritingError):
    """An attempt failed in a way that another may not; `after` is the server's wish in seconds."""

    def __init__(self, detail: str, after: float | None = None) -> None:
        super().__init__(detail)
        self.after = after


class GptWriter:
    """Writes with a model of the OpenAI Responses API."""

    def __init__(
        self, client: AsyncOpenAI, model: str, timeout: float, backoff: Backoff | None = None
    ) -> None:
        self.client = client
        self.model = model
        self.timeout = timeout
        self.backoff = backoff or Backoff()

    async def write(self, decision: SendDecision) -> Text:
        """The model's text for a decision, checked; raises WritingError after the last attempt."""
        brief = decision.brief or Brief()
        answer = await self._call_with_retries(decision.id, prompt(decision))
        draft = read_draft(answer, brief.language)
        return Text(draft.subject, greeting(brief), tuple(draft.body), draft.closing, "gpt", self.model)

    async def _call_with_retries(self, decision_id: str, asked: Prompt) -> str:
        for attempt in range(1, self.backoff.attempts + 1):
            try:
                return answer_of(await self._answer(asked))
            except RetryableError as error:
                wait = self.backoff.wait(attempt) if error.after is None else error.after
                if attempt == self.backoff.attempts or wait > self.backoff.patience:
                    raise WritingError(f"given up after {attempt} attempts: {error}") from None
                log.info("trying again", decision=decision_id, attempt=attempt, wait=wait, detail=str(error))
                await self.backoff.sleep(wait)
        raise WritingError("no attempt is allowed")

    async def _answer(self, asked: Prompt) -> Response:
        """The model call. Raises Again when another attempt may succeed, else WritingError."""
        try:
            # the client's timeout is for each read; this one is for the whole answer
            async with asyncio.timeout(self.timeout):
                return await self.client.responses.create(
                    model=self.model,
                    instructions=asked.instructions,
                    input=asked.facts,
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
            detail = f"status {error.status_code} ({error.code or 'no code'})"
            if error.code == NO_MONEY or not (error.status_code in RETRIED or error.status_code >= 500):
                raise WritingError(detail) from None
            raise RetryableError(detail, retry_after(dict(error.response.headers))) from None
        except (OpenAIError, ValueError) as error:
            raise WritingError(f"the answer cannot be read ({type(error).__name__})") from None


def answer_of(response: object) -> str:
    """The text of a completed response; raises WritingError for a refusal or an incomplete or empty one."""
    if not isinstance(response, Response):  # the client hands through what is not JSON
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
    """The seconds a server asks us to wait, or None; a date is measured against the server's own."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        return max(0.0, float(headers["retry-after"]))
    except KeyError:
        return None
    except ValueError:
        pass
    try:
        until, since = (parsedate_to_datetime(headers[name]) for name in ("retry-after", "date"))
        return max(0.0, (until - since).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None


def gpt_writer(settings: Settings, key: str) -> GptWriter:
    """The writer for the settings: model, base URL and timeout, with the key given."""
    client = AsyncOpenAI(
        api_key=key,
        base_url=settings.openai_base_url,
        max_retries=0,
        timeout=settings.openai_timeout_seconds,
    )
    return GptWriter(client, settings.openai_model, settings.openai_timeout_seconds)
