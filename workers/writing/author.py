"""Has the texts of a mail written: by a model whose texts are let through, else from the bank.

Two calls a mail at most: the prose around the sections is shared by readers of a class, that of the sections
by all readers of a language. Nothing that is refused or failed is kept.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import structlog

from workers.writing.bank import texts_of_bank
from workers.writing.breaker import Breaker
from workers.writing.drafts import (
    GateRefusedError,
    Sections,
    personal_bytes,
    read_personal,
    read_sections,
    sections_bytes,
)
from workers.writing.errors import WritingError
from workers.writing.model_answers import Usage
from workers.writing.pace.prices import cost
from workers.writing.pace.text_cache import TextCache, key_of
from workers.writing.plan import MailPlan
from workers.writing.prompts import (
    PERSONAL_FORM,
    SECTIONS_FORM,
    VERSION,
    known_tokens,
    personal_facts,
    prompt_of,
    section_facts,
)
from workers.writing.request import SOON, Form, Urgency
from workers.writing.texts import Made, MailTexts, Origin, PersonalText

if TYPE_CHECKING:
    from workers.writing.model_call import ModelCall  # openai is slow to import

T = TypeVar("T")
log = structlog.get_logger("gpt5_integration")


class Task(NamedTuple):
    """A text to be written for a reader: its name, what is told, and the form of the answer."""

    name: str
    facts: dict[str, object]
    form: Form
    person: str


class Author:
    """Writes with `call` (None: from the bank alone) and keeps what it has written in `cache`.

    `clock` is in epoch milliseconds.
    """

    def __init__(self, call: "ModelCall | None", cache: TextCache, clock: Callable[[], int]) -> None:
        self._call, self._cache, self._clock = call, cache, clock
        self._breakers = {form.name: Breaker() for form in (PERSONAL_FORM, SECTIONS_FORM)}

    async def texts(self, plan: MailPlan, urgency: Urgency = SOON) -> MailTexts:
        """All prose of a mail; it cannot fail."""
        language, tokens = plan.language, known_tokens(plan)
        personal = Task("introduction", personal_facts(plan), PERSONAL_FORM, plan.person)
        shared = Task("sections", section_facts(language), SECTIONS_FORM, plan.person)

        def read_around(text: str) -> PersonalText:
            return read_personal(text, language, tokens)

        def read_inside(text: str) -> Sections:
            return read_sections(text, language)

        writing_around = self._written(personal, read_around, personal_bytes, urgency)
        writing_inside = self._written(shared, read_inside, sections_bytes, urgency)
        around, inside = await asyncio.gather(writing_around, writing_inside)
        banked = texts_of_bank(plan)
        return MailTexts(around[0] or banked.personal, inside[0] or banked.sections, around[1], inside[1])

    async def _written(
        self, task: Task, read: Callable[[str], T], kept: Callable[[T], bytes], urgency: Urgency
    ) -> tuple[T | None, Made]:
        """A text of a model, new or kept, and how it was made; None if it is to come from the bank."""
        call, breaker, spent = self._call, self._breakers[task.form.name], list[Usage]()
        if call is None:
            return None, Made()
        if breaker.is_open(self._clock()):
            return None, Made(reason=f"breaker: {breaker.reason}")
        key = key_of(task.name, VERSION, call.model, task.facts)

        async def make() -> bytes:
            return kept(await self._asked(call, task, read, spent, urgency))

        try:
            value, is_hit = await self._cache.get_or_make(
                key, make, person=task.person, longest_wait=urgency.longest_wait
            )
            return read(value.decode()), made_of(call.model, spent, "cache" if is_hit else "model")
        except TimeoutError:
            reason = "limit: somebody else has been writing the same text for too long"
        except WritingError as error:
            reason = f"{error.reason}: {error}"
            if error.reason == "no-credit":
                breaker.no_credit(self._clock())
        log.warning("the bank takes over", text=task.name, detail=reason)
        return None, made_of(call.model, spent, "bank", reason)

    async def _asked(
        self, call: "ModelCall", task: Task, read: Callable[[str], T], spent: list[Usage], urgency: Urgency
    ) -> T:
        """A text that was let through; a model hears once why its text was refused."""
        refused: str | None = None
        for is_last in (False, True):
            answer = await call.ask(prompt_of(task.facts, refused), task.form, task.name, urgency)
            spent.append(answer.usage)
            try:
                text = read(answer.text)
            except GateRefusedError as error:
                self._breakers[task.form.name].note(error.check, self._clock())
                if is_last:
                    raise
                refused = error.rule
            else:
                self._breakers[task.form.name].note(None, self._clock())
                return text
        raise AssertionError("unreachable")


def made_of(model: str, spent: list[Usage], origin: Origin, reason: str | None = None) -> Made:
    """How a text was made, and what the calls for it have cost; the bank's has no model."""
    used = Usage(*map(sum, zip(*spent, strict=True)))
    writer = None if origin == "bank" else model
    return Made(origin, reason, writer, used.input_tokens, used.output_tokens, cost(model, *used))
