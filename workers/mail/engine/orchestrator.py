"""The engine: it leads a message through the six steps. Without services; nothing is sent.

It says how a message is written and never whether: that is the decision of `people`, and no evidence of
variations makes a message more or less likely.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from schemas.model import from_epoch_ms, to_epoch_ms
from workers.mail.engine.chosen_message import ChoiceBasis, chosen_message
from workers.mail.engine.compliance import is_plain_link
from workers.mail.engine.context import CONTEXT_ANALYSERS, ContextAnalyser, context_of
from workers.mail.engine.engine_metrics import EngineOutcome, engine_metrics, feedback_impact
from workers.mail.engine.errors import PersonalizationError, StrategyError
from workers.mail.engine.feedback import FeedbackLoop
from workers.mail.engine.message_template import MessageTemplate, read_template
from workers.mail.engine.personalization_strategy import PersonalizationStrategy
from workers.mail.engine.platforms import Platform, platform_named
from workers.mail.engine.prospect_profile import ProspectProfile, profile_of
from workers.mail.engine.results import (
    PersonalizationResult,
    message_of,
    probabilities_of,
    segment_of,
    used_in,
)
from workers.mail.engine.selection import selection_of
from workers.mail.engine.variations import Shown, variations_of
from workers.recommend.variations.choice import ArmScore, ChoiceRules
from workers.runtime.process.clock import now_ms

Scores = Callable[[str], Mapping[str, ArmScore]]  # the evidence of a segment, by arm
Lookup = Callable[[str], Awaitable[object]]  # what is known of a person: a mapping, an EnrichedProfile, None
KEPT = 10_000  # of the last calls, for the metrics
AT_ONCE = 32  # messages of a batch
OPT_OUT = {"en": "Unsubscribe: {url}", "ja": "配信停止: {url}"}


class ContextEngine:
    """Looks at the moment and the way of a message.

    `clock` (epoch milliseconds) is asked where no time is given.
    """

    def __init__(
        self,
        platform: str = "email",
        *,
        analysers: tuple[ContextAnalyser, ...] = CONTEXT_ANALYSERS,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._platform, self._analysers, self._clock = platform_named(platform), analysers, clock

    async def get_context_data(
        self, prospect: object, template: object, *, platform: str | None = None, at: datetime | None = None
    ) -> dict[str, dict[str, Any]]:
        """The fields of each analyser; what is not known is None. Raises PersonalizationError."""
        profile = prospect if isinstance(prospect, ProspectProfile) else profile_of(prospect)
        row = self._platform if platform is None else platform_named(platform)
        time = from_epoch_ms(self._clock()) if at is None else at
        return context_of(profile, read_template(template), row, time, self._analysers)


class IntelligentPersonalizationEngine:
    """Personalises messages in the name of an account, `user_id`, whose strategy and evidence count.

    `templates` can be named in place of a template; they are checked at once. `profiles` looks up a person
    who is given by their id alone. `scores` is the evidence (default: what `feedback` has learnt). With
    `opt_out_url` mails say where they are ended, else how.
    """

    def __init__(
        self,
        user_id: int | str,
        *,
        strategy: PersonalizationStrategy | None = None,
        platform: str = "email",
        templates: Iterable[MessageTemplate] = (),
        profiles: Lookup | None = None,
        feedback: FeedbackLoop | None = None,
        scores: Scores | None = None,
        rules: ChoiceRules | None = None,
        opt_out_url: str | None = None,
        context: ContextEngine | None = None,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        """Raises StrategyError or TemplateError for what cannot be used."""
        if opt_out_url is not None and not is_plain_link(opt_out_url):
            raise StrategyError("opt_out_url must be a plain https link")
        self.user_id = user_id
        self.strategy = strategy or PersonalizationStrategy()
        self.feedback = feedback or FeedbackLoop()
        self.context = context or ContextEngine(platform, clock=clock)
        self._platform, self._clock, self._opt_out_url = platform_named(platform), clock, opt_out_url
        self._templates = {each.id: each for each in map(read_template, templates)}
        self._profiles = profiles
        self._scores = scores or self.feedback.scores
        self._rules = replace(rules or ChoiceRules(), experiment=f"variations/{user_id}")
        self._outcomes: deque[EngineOutcome] = deque(maxlen=KEPT)

    async def personalize_message(
        self,
        prospect: object,
        template: object,
        *,
        platform: str | None = None,
        decision_id: str | None = None,
        at: datetime | None = None,
    ) -> PersonalizationResult:
        """The message to a prospect that may go out; PersonalizationError says what to do without one.

        The same decision, time, prospect and evidence give the same message.
        """
        try:
            result = await self._personalized(prospect, template, platform, decision_id, at)
        except PersonalizationError as error:
            self._outcomes.append(error)
            raise
        self._outcomes.append(result)
        return result

    async def personalize_batch(
        self, prospects: Sequence[object], template: object, **options: Any
    ) -> list[EngineOutcome]:
        """The message to each prospect, in their order; an error stands in the place of its message."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(prospect: object) -> EngineOutcome:
            async with turns:
                try:
                    return await self.personalize_message(prospect, template, **options)
                except PersonalizationError as error:
                    return error

        return list(await asyncio.gather(*map(one, prospects)))

    def metrics(self) -> dict[str, object]:
        """The metrics of the last calls and of all feedback, as of its latest report."""
        return engine_metrics(self._outcomes, self.feedback.records, self.feedback.until)

    def feedback_impact(self, result: PersonalizationResult, prospect: object, template: object) -> float:
        """How far the evidence since a result has moved the probabilities of its choice, 0 to 1."""
        read, profile = self._template(template), profile_of(prospect)
        shown = self._shown(profile, read, platform_named(result.message.platform))
        again = selection_of(
            result.decision_id,
            profile.person,
            variations_of(read, shown),
            result.strategy,
            self._scores(result.message.segment),
            self._rules,
        )
        return feedback_impact(result.probabilities, probabilities_of(again))

    async def _personalized(
        self,
        prospect: object,
        template: object,
        platform: str | None,
        decision_id: str | None,
        at: datetime | None,
    ) -> PersonalizationResult:
        time = from_epoch_ms(self._clock()) if at is None else at
        row = self._platform if platform is None else platform_named(platform)
        read = self._template(template)
        profile = profile_of(await self._looked_up(prospect))
        context = await self.context.get_context_data(profile, read, platform=row.name, at=time)
        decision = decision_id or f"{self.user_id}/{profile.person}/{read.id}/{to_epoch_ms(time)}"
        segment = segment_of(profile, row, read)
        basis = ChoiceBasis(self.strategy, self._rules, lambda arms: self._scores(segment))
        shown = self._shown(profile, read, row)
        chosen = chosen_message(decision, profile, context, read, shown, basis)
        selection, done = chosen.selection, chosen.done
        message = message_of(decision, profile, row, read, segment, selection, done)
        return PersonalizationResult(
            decision_id=decision,
            message=message,
            variation=done.arms,
            strategy=chosen.strategy,
            context=context,
            propensity=selection.propensity,
            probabilities=probabilities_of(selection),
            findings=done.refused,
            fallback=done.is_fallback,
            left_out=done.parts.left_out,
            used=used_in(message, profile, done),
            at=time,
        )

    async def _looked_up(self, prospect: object) -> object:
        """What is known of a person of whom only the id was given; the id if nothing is."""
        if self._profiles is None or not isinstance(prospect, str | int):
            return prospect
        found = await self._profiles(str(prospect))
        return prospect if found is None else found

    def _template(self, template: object) -> MessageTemplate:
        """A template, or the one of this name."""
        if isinstance(template, str) and template in self._templates:
            return self._templates[template]
        return read_template(template)

    def _shown(self, profile: ProspectProfile, template: MessageTemplate, platform: Platform) -> Shown:
        opt_out = OPT_OUT[template.language].format(url=self._opt_out_url) if self._opt_out_url else ""
        return Shown(platform, profile.values, profile.protected, opt_out if platform.opt_out else "")
