"""Has the texts of a mail written: by a model whose texts are let through, else from the bank.

Two calls a mail at most: the prose around the sections is shared by readers of a class, that of the sections
by all readers of a language. An invitation has one, shared by those with the same kinds of reasons, and a
letter has one. Nothing that is refused or failed is kept.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

import structlog

from workers.writing.ahead import NOTHING, AheadText, Spent, TextsAhead, ahead_text, spent_live
from workers.writing.bank import invite_of_bank, texts_of_bank
from workers.writing.bank_tables import BANK, Bank
from workers.writing.batch.lines import BatchCall
from workers.writing.breaker import Breaker
from workers.writing.drafts import GateRefusedError
from workers.writing.errors import WritingError
from workers.writing.invite_plan import InvitePlan
from workers.writing.letter_plan import LetterPlan
from workers.writing.model_answers import Usage
from workers.writing.pace.answer_times import AnswerTimes
from workers.writing.pace.text_cache import TextCache
from workers.writing.plan import MailPlan
from workers.writing.request import SOON, Form, Urgency, request_body
from workers.writing.tasks import (
    FORMS,
    T,
    TextTask,
    invitation_task,
    letter_task,
    personal_task,
    sections_task,
    tasks_of,
)
from workers.writing.texts import InviteTexts, Made, MailTexts, Origin, PersonalText

if TYPE_CHECKING:
    from workers.writing.batch.lane import BatchLane
    from workers.writing.model_call import ModelCall  # openai is slow to import

log = structlog.get_logger("gpt5_integration")


class Author:
    """Writes with `call` (None: from the bank alone) and keeps what it has written in `cache`.

    `clock` is in epoch milliseconds.
    """

    def __init__(
        self, call: "ModelCall | None", cache: TextCache, clock: Callable[[], int], bank: Bank = BANK
    ) -> None:
        self._call, self._cache, self._clock, self._bank = call, cache, clock, bank
        self._making: set[asyncio.Future[tuple[bytes, bool]]] = set()
        self._breakers = {form.name: Breaker() for form in FORMS}

    @property
    def refusals(self) -> Counter[str]:
        """How many texts of the model the gate has refused, by check."""
        return sum((breaker.refused for breaker in self._breakers.values()), Counter[str]())

    @property
    def bank(self) -> Bank:
        """The bank of sentences that takes over where no model writes."""
        return self._bank

    def is_writing(self, form: Form) -> bool:
        """Whether a model is asked for texts of a form now."""
        return self._call is not None and not self._breakers[form.name].is_open(self._clock())

    async def texts(
        self, plan: MailPlan, urgency: Urgency = SOON, ahead: TextsAhead | None = None
    ) -> MailTexts:
        """All prose of a mail, with what was written `ahead`; it cannot fail."""
        writing_around = self._written(personal_task(plan), urgency, ahead)
        writing_inside = self._written(sections_task(plan), urgency, ahead)
        around, inside = await asyncio.gather(writing_around, writing_inside)
        banked = texts_of_bank(plan, bank=self._bank)
        return replace(
            banked,
            personal=around[0] or banked.personal,
            sections=inside[0] or banked.sections,
            personal_made=around[1],
            sections_made=inside[1],
        )

    async def invitation(self, plan: InvitePlan, urgency: Urgency = SOON) -> InviteTexts:
        """All prose of an invitation; it cannot fail."""
        written = await self._written(invitation_task(plan), urgency)
        banked = invite_of_bank(plan, bank=self._bank)
        return replace(banked, personal=written[0] or banked.personal, made=written[1])

    async def letter(self, plan: LetterPlan, urgency: Urgency = SOON) -> tuple[PersonalText | None, Made]:
        """The prose of a letter, and how it was made; None if no model has written it. It cannot fail."""
        return await self._written(letter_task(plan), urgency)

    async def write_ahead(
        self, plans: Iterable[MailPlan], lane: "BatchLane", longest_wait: float
    ) -> TextsAhead:
        """The texts of mails that are not kept yet, each asked for once in a batch; it cannot fail.

        What does not come within `longest_wait` seconds, or is refused, is left to `texts`.
        """
        ahead, model = TextsAhead(), lane.model
        tasks: dict[str, TextTask[Any]] = {}
        for plan in plans:
            tasks |= {task.key(model): task for task in tasks_of(plan)}
            await asyncio.sleep(0)  # a plan takes milliseconds, and there may be thousands
        wanted = {key: task for key, task in tasks.items() if await self._is_wanted(key, task)}
        calls = [
            BatchCall(key, request_body(model, task.prompt(), task.form)) for key, task in wanted.items()
        ]
        for key, outcome in (await lane.outcomes(calls, longest_wait)).items():
            text = ahead_text(wanted[key], model, outcome)
            self._note(wanted[key].form.name, text)
            ahead.put(key, text)
        return ahead

    async def _is_wanted(self, key: str, task: TextTask[Any]) -> bool:
        is_open = self._breakers[task.form.name].is_open(self._clock())
        return not is_open and await self._cache.kept(key) is None

    def _note(self, form: str, text: AheadText) -> None:
        """Let the breaker know what became of a text of a batch."""
        breaker, error = self._breakers[form], text.error
        if error is None:
            breaker.note(None, self._clock())
            return
        log.info("not written ahead", text=form, detail=str(error))
        if isinstance(error, GateRefusedError):
            breaker.note(error.check, self._clock())
        elif error.reason == "no-credit":
            breaker.no_credit(self._clock())

    async def _written(
        self, task: TextTask[T], urgency: Urgency, ahead: TextsAhead | None = None
    ) -> tuple[T | None, Made]:
        """A text of a model, new or kept, and how it was made; None if it is to come from the bank."""
        call, breaker = self._call, self._breakers[task.form.name]
        if call is None:
            return None, Made()
        key = task.key(call.model)
        begun = NOTHING if ahead is None else ahead.take(key)
        spent = list(begun.spent)
        if begun.text is None and breaker.is_open(self._clock()):
            reason = f"breaker: {breaker.reason}"
            return None, made_of(call.model, spent, "bank", reason)

        async def make() -> bytes:
            if begun.text is not None:
                return begun.text
            return task.kept(await self._asked(call, task, spent, urgency, begun.refused))

        try:
            value, is_hit = await self._kept(key, make, task.person, call.times, urgency)
            return task.read(value.decode()), made_of(call.model, spent, "cache" if is_hit else "model")
        except TimeoutError:
            reason = "late: the text has been asked for, and has not come"
        except WritingError as error:
            reason = f"{error.reason}: {error}"
            if error.reason == "no-credit":
                breaker.no_credit(self._clock())
        log.warning("the bank takes over", text=task.name, detail=reason)
        return None, made_of(call.model, spent, "bank", reason)

    async def _kept(
        self,
        key: str,
        make: Callable[[], Awaitable[bytes]],
        person: str,
        times: AnswerTimes,
        urgency: Urgency,
    ) -> tuple[bytes, bool]:
        """A text and whether it was kept; raises TimeoutError when it is late, and what `make` raises.

        For one who is hurried it goes on being made, so that it is there for the next one.
        """
        age = times.patience if urgency.is_hurried else inf
        kept = self._cache.get_or_make(
            key, make, person=person, longest_wait=urgency.longest_wait, longest_age=age
        )
        if not urgency.is_hurried:
            return await kept
        making = asyncio.ensure_future(kept)
        self._making.add(making)
        making.add_done_callback(self._note_made)
        return await asyncio.wait_for(asyncio.shield(making), times.late)

    def _note_made(self, making: "asyncio.Future[tuple[bytes, bool]]") -> None:
        self._making.discard(making)
        if not making.cancelled():
            making.exception()  # who waited for it has got it

    async def _asked(
        self,
        call: "ModelCall",
        task: TextTask[T],
        spent: list[Spent],
        urgency: Urgency,
        refused: str | None,
    ) -> T:
        """A text that was let through; a model hears once why its text was `refused`."""
        for is_last in (False, True) if refused is None else (True,):
            answer = await call.ask(task.prompt(refused), task.form, task.name, urgency)
            spent.append(spent_live(call.model, answer.usage))
            try:
                text = task.read(answer.text)
            except GateRefusedError as error:
                self._breakers[task.form.name].note(error.check, self._clock())
                if is_last:
                    raise
                refused = error.rule
            else:
                self._breakers[task.form.name].note(None, self._clock())
                return text
        raise AssertionError("unreachable")


def made_of(model: str, spent: list[Spent], origin: Origin, reason: str | None = None) -> Made:
    """How a text was made, and what the calls for it have cost; the bank's has no model."""
    used = Usage(*map(sum, zip(*(each.usage for each in spent), strict=True)))
    writer = None if origin == "bank" else model
    money = sum(each.micro_dollars for each in spent)
    return Made(origin, reason, writer, used.input_tokens, used.output_tokens, money, used.cached_tokens)
