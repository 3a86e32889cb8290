"""What the engine gives back: the message, and all that was decided on the way to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.mail import Language
from workers.mail.engine.compliance import ComplianceFinding
from workers.mail.engine.context import ContextData, known_fields
from workers.mail.engine.message_parts import PARTS, MessageParts
from workers.mail.engine.message_template import MessageTemplate
from workers.mail.engine.platforms import Platform
from workers.mail.engine.prospect_profile import ProspectProfile
from workers.mail.engine.selection import Selection, SettledMessage
from workers.mail.engine.strategy import WeighedStrategy


@dataclass(frozen=True, slots=True)
class PersonalizedMessage:
    """A message that may go out on its platform.

    `text` is all below the subject. `arms` are those that it has, `intended` those that were chosen: what is
    learnt is learnt of these. `reason` is `control` or `hold-out` where nothing is learnt, else `drawn`.
    """

    decision_id: str
    person: str
    platform: str
    language: Language
    template: str
    segment: str
    subject: str
    text: str
    parts: Mapping[str, str]
    arms: Mapping[str, str]
    intended: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class PersonalizationResult:
    """A message with its variation, strategy and context, and the probability of what was chosen.

    `probabilities` has each eligible arm of each type; `findings` are the rules that the chosen arms would
    have broken together, which is why others are in the message. With `fallback` it holds no value of the
    person at all.
    """

    decision_id: str
    message: PersonalizedMessage
    variation: Mapping[str, str]
    strategy: WeighedStrategy
    context: ContextData
    propensity: float
    probabilities: Mapping[str, Mapping[str, float]]
    findings: tuple[ComplianceFinding, ...]
    fallback: bool
    left_out: int
    used: frozenset[str]
    at: datetime

    @property
    def context_relevance(self) -> float:
        """The share of the known fields of the context that spoke for an arm of the message."""
        return relevance_of(self.context, self.strategy, self.message.arms.values())

    def as_dict(self) -> dict[str, Any]:
        """What is to be logged of the choice, without the text and without any value of the person."""
        message = self.message
        return {
            "decision_id": self.decision_id,
            "person": message.person,
            "at": self.at.isoformat(),
            "segment": message.segment,
            "platform": message.platform,
            "language": message.language,
            "template": message.template,
            "intended": dict(message.intended),
            "arms": dict(message.arms),
            "probabilities": {name: dict(shares) for name, shares in self.probabilities.items()},
            "propensity": self.propensity,
            "reason": message.reason,
            "fallback": self.fallback,
        }


def relevance_of(context: ContextData, strategy: WeighedStrategy, arms: Iterable[str]) -> float:
    """The share of the known fields of a context that spoke for arms; 0 where nothing is known."""
    known = set(known_fields(context))
    used = {name for arm in arms for name in strategy.reads.get(arm, ())}
    return len(used & known) / len(known) if known else 0.0


def texts_of(parts: MessageParts) -> dict[str, str]:
    """The text of each part that is not empty."""
    return {part: text for part in PARTS if (text := parts.text(part))}


def used_in(message: PersonalizedMessage, profile: ProspectProfile, done: SettledMessage) -> frozenset[str]:
    """The placeholders whose values stand in a message."""
    whole = f"{message.subject}\n{message.text}"
    return frozenset(name for name in done.parts.used if profile.values[name] in whole)


def segment_of(profile: ProspectProfile, platform: Platform, template: MessageTemplate) -> str:
    """The segment whose evidence counts: platform, language, and whether the person knows us."""
    return f"{platform.name}:{template.language}:{'known' if profile.is_known else 'new'}"


def probabilities_of(selection: Selection) -> dict[str, Mapping[str, float]]:
    """The probability of each eligible arm, by type."""
    return {name: choice.probabilities for name, choice in selection.choices.items()}


def message_of(
    decision: str,
    profile: ProspectProfile,
    platform: Platform,
    template: MessageTemplate,
    segment: str,
    selection: Selection,
    done: SettledMessage,
) -> PersonalizedMessage:
    """The message as it may go out."""
    texts: dict[str, str] = {
        part: text for part, text in texts_of(done.parts).items() if part in platform.parts
    }
    return PersonalizedMessage(
        decision_id=decision,
        person=profile.person,
        platform=platform.name,
        language=template.language,
        template=template.id,
        segment=segment,
        subject=texts.get("subject", ""),
        text=platform.text_of(done.parts),
        parts=texts,
        arms=done.arms,
        intended=selection.arms,
        reason=selection.reason,
    )
