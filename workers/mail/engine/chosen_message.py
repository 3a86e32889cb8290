"""The steps in the middle, which all messages share: from profile and context to what is chosen. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from workers.mail.engine.context import ContextData
from workers.mail.engine.message_template import MessageTemplate
from workers.mail.engine.personalization_strategy import PersonalizationStrategy
from workers.mail.engine.prospect_profile import ProspectProfile
from workers.mail.engine.selection import Selection, SettledMessage, selection_of, settled
from workers.mail.engine.strategy import STRATEGY_RULES, WeighedStrategy, strategy_of
from workers.mail.engine.variation_types import VARIATION_TYPES, VariationType
from workers.mail.engine.variations import CandidatesByType, Shown, variations_of
from workers.recommend.variations.choice import ArmScore, ChoiceRules

KnownScores = Callable[[Sequence[str]], Mapping[str, ArmScore]]  # the evidence of arms


class ChoiceBasis(NamedTuple):
    """What a choice rests on beside the person: the sender's strategy, the rules, the types, the evidence."""

    strategy: PersonalizationStrategy
    rules: ChoiceRules
    scores: KnownScores
    types: tuple[VariationType, ...] = VARIATION_TYPES


class ChosenMessage(NamedTuple):
    """A message as it was chosen: what each step has given. `known` is the evidence that it rests on."""

    strategy: WeighedStrategy
    candidates: CandidatesByType
    known: Mapping[str, ArmScore]
    selection: Selection
    done: SettledMessage


def chosen_message(
    decision_id: str,
    profile: ProspectProfile,
    context: ContextData,
    template: MessageTemplate,
    shown: Shown,
    basis: ChoiceBasis,
) -> ChosenMessage:
    """Strategy, variations, selection, and the message that may go out; raises PersonalizationError.

    The same for the same arguments and evidence.
    """
    strategy = strategy_of(profile, context, basis.strategy, STRATEGY_RULES, basis.types)
    candidates = variations_of(template, shown, basis.types)
    known = basis.scores([each.arm for made in candidates.values() for each in made])
    selection = selection_of(decision_id, profile.person, candidates, strategy, known, basis.rules)
    done = settled(template, shown, candidates, selection.arms, basis.types)
    return ChosenMessage(strategy, candidates, known, selection, done)
