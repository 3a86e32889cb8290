"""The figures of `kairos learn report`, from how mails ended. Pure; rates are of 1.

Only what still stands counts, each decision once. The control group and the hold-out are fixed by the hash of
the person, so they are compared by plain shares; all else rests on the probabilities that were written down.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from schemas.learning import VariationOutcome
from workers.learn.estimates import (
    OffPolicy,
    Trial,
    TrialTable,
    arm_value,
    constant_target,
    difference,
    off_policy,
    share,
    table_of,
    uniform_target,
)
from workers.recommend.variations.proportions import BoundedShare

GROUPS = ("drawn", "control", "hold-out")
ONLY = "only"  # the reason of a choice among one arm, which counts as drawn
UNIFORM = "without learning"


def standing(outcomes: Iterable[VariationOutcome]) -> list[VariationOutcome]:
    """The last word on each type of a mail, in the order of the hand-overs; none where it was taken back.

    They may be repeated and in any order.
    """
    latest: dict[tuple[str, str], VariationOutcome] = {}
    for outcome in outcomes:
        place = outcome.decision_id, outcome.variation.type
        if (known := latest.get(place)) is None or known.order < outcome.order:
            latest[place] = outcome
    held = (outcome for outcome in latest.values() if not outcome.retracted)
    return sorted(held, key=lambda each: (each.handed_over_at, each.decision_id, each.variation.type))


def mails_of(outcomes: Iterable[VariationOutcome]) -> list[VariationOutcome]:
    """One outcome of each mail, whatever was chosen in it: what is learnt of mails counts each once."""
    return list({outcome.decision_id: outcome for outcome in outcomes}.values())


def group_of(outcome: VariationOutcome) -> str:
    """The group of the choice."""
    reason = outcome.variation.reason
    return "drawn" if reason == ONLY else reason


def is_usable(outcome: VariationOutcome) -> bool:
    """Whether the choice was written down with the probability of what was chosen."""
    chance = outcome.variation.probabilities.get(outcome.variation.arm, 0.0)
    return group_of(outcome) in GROUPS and 0 < chance <= 1


def report_of(outcomes: Sequence[VariationOutcome]) -> dict[str, Any]:
    """The report, as plain values, of outcomes that stand; what cannot be known is None."""
    usable = [outcome for outcome in outcomes if is_usable(outcome)]
    groups = {name: [each for each in usable if group_of(each) == name] for name in GROUPS}
    mails = {name: mails_of(group) for name, group in groups.items()}
    ways = sorted({outcome.variation.type for outcome in groups["drawn"]})
    whole = mails_of(outcomes)
    return {
        "mails": len(whole),
        "unusable": len(whole) - len(mails_of(usable)),
        "clicks_of_programs": sum(each.programs for each in whole),
        "groups": {name: group_figures(group) for name, group in mails.items()},
        "lift": {
            f"drawn - {name}": bounds(difference(*counts(mails["drawn"]), *counts(mails[name])))
            for name in GROUPS[1:]
        },
        "types": {
            way: type_figures([each for each in groups["drawn"] if each.variation.type == way])
            for way in ways
        },
        "segments": segment_figures(groups["drawn"]),
    }


def type_figures(outcomes: Sequence[VariationOutcome]) -> dict[str, Any]:
    """The arms of a type, and other ways of choosing among them: types are drawn independently."""
    table = table_of(
        [Trial(each.variation.arm, each.clicked, each.variation.probabilities) for each in outcomes]
    )
    return {"arms": arm_figures(outcomes, table), "policies": policy_figures(table)}


def counts(outcomes: Sequence[VariationOutcome]) -> tuple[int, int]:
    """Clicks, and mails."""
    return sum(outcome.clicked for outcome in outcomes), len(outcomes)


def group_figures(outcomes: Sequence[VariationOutcome]) -> dict[str, Any]:
    """Mails, clicks and the click rate of a group."""
    clicks, mails = counts(outcomes)
    return {"mails": mails, "clicks": clicks, "rate": bounds(share(clicks, mails))}


def arm_figures(outcomes: Sequence[VariationOutcome], table: TrialTable) -> dict[str, dict[str, Any]]:
    """Each arm that was eligible: mails, clicks, and its value, the click rate if it were always chosen."""
    figures = {}
    for arm in table.arms:
        clicks, mails = counts([each for each in outcomes if each.variation.arm == arm])
        value = arm_value(table, arm)
        figures[arm] = {
            "mails": mails,
            "clicks": clicks,
            "value": None if value is None else bounds(value.rate),
            "effective_mails": None if value is None else value.mails,
        }
    return figures


def policy_figures(table: TrialTable) -> dict[str, dict[str, Any] | None]:
    """What other ways of choosing would have had: without learning, and each arm always."""
    figures = {UNIFORM: policy(off_policy(table, uniform_target(table)) if table.arms else None)}
    for arm in table.arms:
        figures[f"always {arm}"] = policy(off_policy(table, constant_target(table, arm)))
    return figures


def policy(found: OffPolicy | None) -> dict[str, Any] | None:
    """The three estimates of a policy, with the effective sample size of the ratios."""
    if found is None:
        return None
    return {
        "ips": bounds(found.ips),
        "snips": bounds(found.snips),
        "dr": bounds(found.dr),
        "effective_mails": found.mails,
    }


def segment_figures(outcomes: Sequence[VariationOutcome]) -> dict[str, dict[str, dict[str, int]]]:
    """Mails and clicks of each arm in each segment."""
    mails = Counter((each.variation.segment, each.variation.arm) for each in outcomes)
    clicks = Counter((each.variation.segment, each.variation.arm) for each in outcomes if each.clicked)
    figures: dict[str, dict[str, dict[str, int]]] = {}
    for (segment, arm), count in sorted(mails.items()):
        figures.setdefault(segment, {})[arm] = {"mails": count, "clicks": clicks[segment, arm]}
    return figures


def bounds(estimate: BoundedShare | None) -> dict[str, float] | None:
    """An estimate as plain values."""
    return None if estimate is None else estimate._asdict()
