"""How `kairos jobs evaluate --fit` shows the points that it fitted: for a policy.toml, and as Markdown."""

from collections.abc import Mapping, Sequence

from workers.evaluate.fitting import ADDED, BOOST, TAKEN
from workers.recommend.policy import FeedPolicy

SHOWN = (*ADDED, *TAKEN, BOOST)


def points_of(policy: FeedPolicy) -> dict[str, float]:
    """The fitted points of a policy, by the names in SHOWN."""
    return policy.points.model_dump(include={*ADDED, *TAKEN}) | {BOOST: policy.max_boost}


def as_toml(name: str, policies: Sequence[FeedPolicy]) -> str:
    """The lines for a policy.toml, those of each run below each other."""
    blocks = []
    for number, policy in enumerate(policies, start=1):
        points = points_of(policy)
        which = f"{name}, run {number} of {len(policies)}" if len(policies) > 1 else name
        lines = [f"# fitted: {which}", "[jobs]", f"max_boost = {points.pop(BOOST)}", "[jobs.points]"]
        blocks.append("\n".join([*lines, *(f"{part} = {points[part]}" for part in (*ADDED, *TAKEN))]))
    return "\n\n".join(blocks)


def as_markdown(fitted: Mapping[str, Sequence[FeedPolicy]]) -> list[str]:
    """A table of the points: a row a world, each cell from the least to the most of its runs."""
    lines = [f"| points of | {' | '.join(SHOWN)} |", "|---" * (len(SHOWN) + 1) + "|"]
    for name, policies in fitted.items():
        every = [points_of(policy) for policy in policies]
        cells = [bounds([points[part] for points in every]) for part in SHOWN]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def bounds(values: Sequence[float]) -> str:
    """`12.0-15.5`, or one number when all are the same."""
    low, high = min(values), max(values)
    return f"{low:.1f}" if low == high else f"{low:.1f}-{high:.1f}"
