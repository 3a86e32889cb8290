"""The strategy that a sender gives: which tones and which contents they would rather have. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from workers.mail.engine.errors import StrategyError

TONES = ("professional", "casual", "friendly")
CONTENTS = ("interest", "technical", "industry_news", "venue", "host")
MOST = 1e12  # of a weight


@dataclass(frozen=True)
class PersonalizationStrategy:
    """Weights of tones and of contents, on any scale: they become shares of 1.

    They are the prior of the selection, as counts of a few mails, and no fixed shares: what people do with
    mails outweighs them. What is not named has no weight of its own. StrategyError for what is no weight.
    """

    tone_rules: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(TONES, 1.0))
    content_rules: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(CONTENTS, 1.0))

    def __post_init__(self) -> None:
        for name, known in (("tone_rules", TONES), ("content_rules", CONTENTS)):
            shares = MappingProxyType(shares_of_rules(name, getattr(self, name), known))
            object.__setattr__(self, name, shares)


def shares_of_rules(name: str, rules: Any, known: tuple[str, ...]) -> dict[str, float]:
    """The weights of rules as shares of 1; StrategyError that names what is wrong."""
    if not isinstance(rules, Mapping) or not rules:
        raise StrategyError(f"{name}: must map {', '.join(known)} to weights")
    for rule, weight in rules.items():
        if rule not in known:
            close = get_close_matches(str(rule)[:40], known, n=1)
            meant = f"; did you mean {close[0]}?" if close else ""
            raise StrategyError(
                f"{name}: there is no {str(rule)[:40]!r}, there are {', '.join(known)}{meant}"
            )
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise StrategyError(f"{name}: the weight of {rule} must be a number")
        if not 0 <= weight <= MOST:
            raise StrategyError(f"{name}: the weight of {rule} must be a number from 0 to {MOST:.0e}")
    largest = max(rules.values())
    if not largest:
        raise StrategyError(f"{name}: all weights are 0; give one of them a weight above 0")
    scaled = {rule: weight / largest for rule, weight in rules.items()}  # the sum of tiny ones may be none
    total = sum(scaled.values())
    return {rule: weight / total for rule, weight in scaled.items()}
