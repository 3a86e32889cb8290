"""Has mails written to the golden readers, by models or from the bank, and scores them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from math import inf

from workers.evaluate.golden_readers import GoldenReader, Lists, golden_readers
from workers.evaluate.mail_scores import MailScore, score_of
from workers.writing.author import Author
from workers.writing.model_call import ModelCall
from workers.writing.models import EmailLanguage, GenerationResult, UserProfile
from workers.writing.pace.prices import cost
from workers.writing.pace.text_cache import TextCache
from workers.writing.prompts import personal_facts, prompt_of, section_facts
from workers.writing.request import OUTPUT_TOKENS, Urgency
from workers.writing.results import failed, plan_for, result_of, sendable

BANK = "bank"  # the name under which mails without a model are scored
WAIT = Urgency(longest_wait=600.0, priority=1)  # everybody else's mails go first


class UnkeptTexts(TextCache):
    """A cache that keeps nothing: a mail that is scored has texts of its own."""

    def __init__(self) -> None:
        super().__init__(None, "", 1)

    async def get_or_make(
        self,
        key: str,
        make: Callable[[], Awaitable[bytes]],
        *,
        person: str | None = None,
        longest_wait: float = 30.0,
        longest_age: float = inf,
    ) -> tuple[bytes, bool]:
        """A text that was made just now."""
        return await make(), False


async def scores_of(
    calls: Iterable[ModelCall | None],
    clock: Callable[[], int],
    at_once: int,
    readers: Iterable[GoldenReader] = (),
) -> list[MailScore]:
    """The scores of each reader, in both languages, for each model; None is the bank. All readers by default.

    `at_once` mails are written at the same time; `clock` is in epoch milliseconds.
    """
    turns = asyncio.Semaphore(at_once)

    async def one(call: ModelCall | None, reader: GoldenReader, language: EmailLanguage) -> MailScore:
        author = Author(call, UnkeptTexts(), clock)  # with a breaker of its own: no mail depends on another
        lists = reader.matches(language)
        async with turns:
            result = await mail_of(author, reader.profile(language), lists, clock)
        model = BANK if call is None else call.model
        return score_of(model, reader.name, lists, language, result, author.refusals)

    wanted = [
        one(call, reader, language)
        for call in calls
        for language in EmailLanguage
        for reader in tuple(readers) or golden_readers()
    ]
    return list(await asyncio.gather(*wanted))


async def mail_of(
    author: Author, profile: UserProfile, lists: Lists, clock: Callable[[], int]
) -> GenerationResult:
    """The mail to a reader, as the library writes it; `duration_ms` is measured."""
    began = time.perf_counter()
    plan = plan_for(profile, lists, None, None)
    texts = await author.texts(plan, WAIT)
    mail = sendable(plan, texts)
    if mail is None:
        result = failed(profile.user_id, "the mail cannot be shown")
    else:
        result = result_of(profile.user_id, mail, clock(), [])
    result.duration_ms = (time.perf_counter() - began) * 1000
    return result


def most_cost(model: str) -> int:
    """The most that scoring a model can cost, in micro-dollars: each text is refused once and cut twice."""
    total = 0
    for reader in golden_readers():
        for language in EmailLanguage:
            plan = plan_for(reader.profile(language), reader.matches(language), None, None)
            prompts = (prompt_of(facts) for facts in (personal_facts(plan), section_facts(language)))
            total += sum(2 * cost(model, 2 * prompt.tokens, 0, 3 * OUTPUT_TOKENS) for prompt in prompts)
    return total
