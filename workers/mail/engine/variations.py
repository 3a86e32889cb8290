"""The fourth step: the variations of a message, each held against the rules of the platform. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from workers.mail.engine.compliance import ComplianceFinding, findings_of
from workers.mail.engine.errors import TemplateError
from workers.mail.engine.message_parts import PARTS, MessagePart, MessageParts, parts_of
from workers.mail.engine.message_template import MessageTemplate, read_template
from workers.mail.engine.personalization_strategy import PersonalizationStrategy
from workers.mail.engine.platforms import EMAIL, Platform
from workers.mail.engine.strategy import base_weights
from workers.mail.engine.variation_types import (
    AS_WRITTEN,
    VARIATION_TYPES,
    PlaceholderValues,
    VariationType,
    type_named,
)


class VariationCandidate(NamedTuple):
    """A message with one arm; it is eligible unless the arm changes nothing, or breaks a rule."""

    arm: str
    parts: MessageParts
    findings: tuple[ComplianceFinding, ...]
    is_eligible: bool


CandidatesByType = Mapping[str, Sequence[VariationCandidate]]


class Shown(NamedTuple):
    """To whom and where a message is shown: the values of its placeholders, and what may not stand in it.

    `opt_out` is how readers end such messages, in the template's language.
    """

    platform: Platform
    values: PlaceholderValues = MappingProxyType({})
    protected: frozenset[str] = frozenset()
    opt_out: str = ""


@dataclass(frozen=True)
class MessageVariation:
    """The variations of a template in one way; the type is one of VARIATION_TYPES, else StrategyError."""

    template: MessageTemplate
    strategy: PersonalizationStrategy
    variation_type: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "template", read_template(self.template))
        type_named(self.variation_type)

    @property
    def weights(self) -> Mapping[str, float]:
        """The weight of each arm by the strategy, as shares of 1."""
        raw = base_weights(type_named(self.variation_type), self.strategy)
        total = sum(raw.values())
        return {arm: weight / total for arm, weight in raw.items()}

    def candidates(
        self, values: PlaceholderValues, platform: Platform = EMAIL
    ) -> Sequence[VariationCandidate]:
        """The messages that differ in this way, for the values of a person."""
        shown = Shown(platform, values)
        base = base_of(self.template, shown)
        return candidates_of(type_named(self.variation_type), base, shown)


def base_of(template: MessageTemplate, shown: Shown) -> MessageParts:
    """The template as it is, for a person on a platform; TemplateError if nothing is left of its body."""
    parts = parts_of(template, shown.values)
    if not parts.body and "body" in shown.platform.required:
        raise TemplateError(
            "each sentence of the body needs a value that is not known: give one a default, as in "
            "{{first_name|there}}, or write one without a placeholder"
        )
    opt_out = shown.opt_out or shown.platform.opt_out.get(template.language, "")
    return replace(parts, opt_out=opt_out)


def variations_of(
    template: MessageTemplate, shown: Shown, types: tuple[VariationType, ...] = VARIATION_TYPES
) -> CandidatesByType:
    """All variations of a template, by type; those of parts that the platform does not have are none."""
    base = base_of(template, shown)
    usable = (row for row in types if row.part in shown.platform.parts)
    return {row.name: candidates_of(row, base, shown) for row in usable}


def candidates_of(row: VariationType, base: MessageParts, shown: Shown) -> tuple[VariationCandidate, ...]:
    """The message of each arm of a type; the template as it is comes first."""
    as_written = findings_of(base, shown.platform, shown.protected)
    is_whole = row.keeps_template and not concerning(as_written, {row.part})
    made = [VariationCandidate(row.arms[0], base, as_written, is_whole)]
    for option in row.options:
        parts = option.apply(base, shown.values)
        changed = changed_parts(base, parts)
        findings = findings_of(parts, shown.platform, shown.protected)
        is_other = bool(changed) or not row.keeps_template
        is_eligible = is_other and bool(parts.text(row.part))
        is_eligible &= not concerning(findings, {*changed, row.part} if is_other else changed)
        made.append(VariationCandidate(f"{row.name}:{option.name}", parts, findings, is_eligible))
    return tuple(made)


def changed_parts(base: MessageParts, parts: MessageParts) -> set[MessagePart]:
    """The parts of which an option has made something else."""
    if base is parts:
        return set()
    other = {part for part in PARTS if getattr(base, part) != getattr(parts, part)}
    # the sentences of a body may be cut otherwise, and say the same
    return other if base.text("body") != parts.text("body") else other - {"body"}


def concerning(findings: Sequence[ComplianceFinding], parts: set[MessagePart]) -> list[ComplianceFinding]:
    """The findings about some parts; the length of the whole is the business of those that shorten."""
    return [each for each in findings if each.where in parts or ("body" in parts and each.where == "text")]


def eligible_arms(candidates: Sequence[VariationCandidate]) -> list[str]:
    """The arms of a type that may be chosen; the template as it is if there is no other."""
    return [each.arm for each in candidates if each.is_eligible] or [candidates[0].arm]


def with_arms(
    base: MessageParts,
    arms: Mapping[str, str],
    values: PlaceholderValues,
    types: tuple[VariationType, ...] = VARIATION_TYPES,
) -> MessageParts:
    """The message with one arm of each type."""
    parts = base
    for row in types:
        name = arms.get(row.name, AS_WRITTEN).rpartition(":")[2]
        option = next((each for each in row.options if each.name == name), None)
        if option is not None:
            parts = option.apply(parts, values)
    return parts
