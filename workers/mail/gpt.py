"""The writer that asks a model for the text of a mail without sections."""

import asyncio
from collections.abc import Awaitable, Callable

from openai import AsyncOpenAI

from schemas.decision import Brief, SendDecision
from workers.mail.draft import read_draft, text_form
from workers.mail.prompt import prompt
from workers.mail.templates import greeting
from workers.mail.writer import MailText
from workers.runtime.process.backoff import Backoff
from workers.writing.model_call import ModelCall, call_backoff


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
        self._call = ModelCall(client, model, timeout, new_backoff, sleep)

    async def write(self, decision: SendDecision) -> MailText:
        """Return the model's text for a decision, checked; raises WritingError after the last attempt."""
        brief = decision.brief or Brief()
        answer = await self._call.ask(prompt(decision), text_form(), decision.id)
        draft = read_draft(answer.text, brief.language)
        words = tuple(draft.body)
        return MailText(draft.subject, greeting(brief), words, draft.closing, "gpt", self._call.model)
