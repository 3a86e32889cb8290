"""How each mail of the worker is written: the engine's steps from the profile to the selection. Pure.

It says nothing of whether there is a mail. What people clicked decides by chance
(`workers.recommend.variations.choice`), for each type by itself: a type is a way in which mails vary. The
choice is in the record of the mail, with its probabilities, and `learn` learns of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from schemas.decision import Brief, SendDecision
from schemas.mail import MailVariation
from schemas.profile import EnrichedProfile
from workers.mail.engine.chosen_message import ChoiceBasis, ChosenMessage, chosen_message
from workers.mail.engine.context import context_of
from workers.mail.engine.engine_metrics import feedback_impact
from workers.mail.engine.errors import PersonalizationError
from workers.mail.engine.message_parts import MessageParts
from workers.mail.engine.personalization_strategy import PersonalizationStrategy
from workers.mail.engine.platforms import EMAIL
from workers.mail.engine.prospect_profile import profile_of
from workers.mail.engine.results import probabilities_of, relevance_of
from workers.mail.engine.selection import Arms, Selection, selection_of
from workers.mail.engine.variation_types import AS_WRITTEN
from workers.mail.engine.variations import Shown
from workers.mail.mail_draft import MailDraft
from workers.mail.variation_rows import STYLES
from workers.recommend.arms import uniform
from workers.recommend.variations.choice import ArmScore, ChoiceRules

ArmScores = Callable[[str, Sequence[str]], Mapping[str, ArmScore]]  # of arms, in a segment
# what the worker fills in itself, jobs, an event or a question, is looked at when the mail is rendered
WRITTEN_MAIL = replace(EMAIL, required=EMAIL.required - {"body"}, longest={**EMAIL.longest, "opening": 1_000})
BRIEF = "length:brief"


def nothing_known(segment: str, arms: Sequence[str]) -> Mapping[str, ArmScore]:
    """The scores where nothing was learnt."""
    return {}


class ChoiceFigures(NamedTuple):
    """What the metrics say of a choice.

    `relevance` is the share of the known context that spoke for it, `impact` how far what people clicked has
    moved the probabilities (both of 1; None: not looked at).
    """

    relevance: float
    impact: float | None


@dataclass(frozen=True)
class ChosenMail:
    """How a mail is to be written: the arm of each type, its parts, and the figures of the choice."""

    draft: MailDraft
    segment: str
    selection: Selection
    arms: Arms
    parts: MessageParts
    figures: ChoiceFigures

    @property
    def is_brief(self) -> bool:
        """Whether the mail is to be as short as it can be."""
        return self.arms.get("length") == BRIEF

    @property
    def style(self) -> dict[str, str]:
        """What a model is told of the arms that concern what it writes, in the order of their types."""
        return dict(STYLES[arm] for arm in self.arms.values() if arm in STYLES)

    def sentence(self, way: str) -> str | None:
        """The text with tokens of a type; None where it is the model's."""
        text = self.draft.texts.get(self.arms[way])
        if text is None or way != "opening" or not self.is_brief:
            return text
        return self.draft.briefs[text]

    def variations(
        self, subject: str, opening: str, *, is_plain: bool, is_modelled: bool
    ) -> tuple[MailVariation, ...]:
        """The choices for the record of a mail that has this subject and this beginning, with tokens.

        `is_plain`: it has nothing else of what was chosen; `is_modelled`: a model wrote what is no sentence
        of the bank.
        """
        sent = {way: f"{way}:{AS_WRITTEN}" for way in self.arms} if is_plain else dict(self.arms)
        if is_plain or not is_modelled:
            sent |= self._sentences_of({"subject": subject, "opening": opening})
        return tuple(
            MailVariation(
                arm=choice.arm,
                segment=self.segment,
                probabilities=dict(choice.probabilities),
                reason=choice.reason,
                type=way,
                sent=None if sent[way] == choice.arm else sent[way],
            )
            for way, choice in self.selection.choices.items()
        )

    def _sentences_of(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The arms whose sentences these are."""
        found = {}
        for arm, text in self.draft.texts.items():
            way = arm.partition(":")[0]
            if texts[way] in (text, self.draft.briefs.get(text) if way == "opening" else text):
                found[way] = arm
        return found


def mail_rules(rules: ChoiceRules) -> ChoiceRules:
    """The rules for mails: their control group is not that of other choices."""
    return replace(rules, experiment="mails")


@dataclass(frozen=True)
class MailEngine:
    """Chooses by these scores and under these rules; a control group gets the first arms that there are.

    Of `impact_share` of the decisions, always the same ones by their ids, the impact of clicks is looked at.
    """

    scores: ArmScores = nothing_known
    rules: ChoiceRules = field(default_factory=lambda: mail_rules(ChoiceRules()))
    strategy: PersonalizationStrategy = field(default_factory=PersonalizationStrategy)
    impact_share: float = 0.02

    def choose(
        self, decision: SendDecision, draft: MailDraft, profile: EnrichedProfile | None = None
    ) -> ChosenMail | None:
        """How the mail of a decision is to be written: the same for the same decision, profile and scores.

        None if no variation of it keeps the rules for mails: it is written as it is then.
        """
        segment = f"{draft.kind}:{draft.template.language}"
        basis = ChoiceBasis(self.strategy, self.rules, partial(self.scores, segment), draft.types)
        try:
            prospect = profile_of(prospect_fields(decision, profile))
            context = context_of(prospect, draft.template, WRITTEN_MAIL, decision.decided_at)
            shown = Shown(WRITTEN_MAIL, prospect.values, prospect.protected)
            chosen = chosen_message(decision.id, prospect, context, draft.template, shown, basis)
        except PersonalizationError:
            return None
        relevance = relevance_of(context, chosen.strategy, chosen.done.arms.values())
        return ChosenMail(
            draft=draft,
            segment=segment,
            selection=chosen.selection,
            arms=chosen.done.arms,
            parts=chosen.done.parts,
            figures=ChoiceFigures(relevance, self._impact(decision, chosen)),
        )

    def _impact(self, decision: SendDecision, chosen: ChosenMessage) -> float | None:
        """How far the evidence has moved the choice; None for most decisions: it takes a second selection."""
        if uniform(f"impact\n{decision.id}") >= self.impact_share:
            return None
        without = selection_of(
            decision.id, decision.person, chosen.candidates, chosen.strategy, {}, self.rules
        )
        return feedback_impact(probabilities_of(without), probabilities_of(chosen.selection))


def prospect_fields(decision: SendDecision, profile: EnrichedProfile | None) -> dict[str, Any]:
    """Whom a mail is for, as the engine reads it: with the facts of the brief, which mails may say."""
    brief = decision.brief or Brief()
    known = {} if profile is None else dict(profile)
    return known | {
        "id": decision.person,
        "name": brief.first_name,
        "preferred_language": brief.language,
        "interests": brief.interests,
        "last_event_venue": None,
        "venue_history": brief.venues,
        "favorite_hosts": brief.favorite_hosts,
        "upcoming_events": brief.upcoming_events,
    }
