"""The report as a picture: each click rate as a point within its interval of 95 %, as SVG. Pure."""

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil
from typing import Any, NamedTuple

LEFT, WIDTH, RIGHT, ROW, TOP = 230, 460, 30, 26, 44  # pixels
MOST_TICKS = 6
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)  # between ticks
COLOURS = {"group": "#1d4e89", "arm": "#2a7f62", "policy": "#8a5a00"}


class PlotRow(NamedTuple):
    """A line of the picture: what it is of, its kind (for the colour), and the rate with its bounds."""

    label: str
    kind: str
    rate: Mapping[str, float]


def rows_of(report: Mapping[str, Any]) -> Iterator[PlotRow]:
    """Every rate of a report that is known: groups, and of each type the arms and no learning."""
    for name, group in report["groups"].items():
        if group["rate"] is not None:
            yield PlotRow(f"{name} ({group['mails']:,} mails)", "group", group["rate"])
    for way, figures in report["types"].items():
        for name, arm in figures["arms"].items():
            if arm["value"] is not None:
                yield PlotRow(f"{name} ({arm['mails']:,} mails)", "arm", arm["value"])
        for name, policy in figures["policies"].items():
            if policy is not None and not name.startswith("always"):
                yield PlotRow(f"{way} {name} (DR)", "policy", policy["dr"])


def plot(report: Mapping[str, Any]) -> str:
    """The picture as SVG, which needs nothing from elsewhere; of a report without any rate only its title."""
    rows = list(rows_of(report))
    highest = max((row.rate["high"] for row in rows), default=0.1)
    step = next((step for step in STEPS if highest / step <= MOST_TICKS), STEPS[-1])
    ticks = max(1, ceil(highest / step))
    height = TOP + ROW * len(rows) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}"'
        ' font-family="sans-serif" font-size="13" role="img">',
        "<title>Click rates with intervals of 95 %</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-weight="bold">Click rate, 95 % interval</text>',
    ]
    for tick in range(ticks + 1):
        x = LEFT + WIDTH * tick / ticks
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 32}" stroke="#d8d8d8"/>')
        text = f"{tick * step:.0%}"
        parts.append(f'<text x="{x:.1f}" y="{height - 14}" text-anchor="middle" fill="#444">{text}</text>')
    for number, row in enumerate(rows):
        parts += row_parts(row, TOP + ROW * number + ROW // 2, ticks * step)
    return "\n".join([*parts, "</svg>"]) + "\n"


def row_parts(row: PlotRow, y: int, most: float) -> list[str]:
    """The label, the interval and the point of a row; `most` is the rate at the right end."""
    low, point, high = (LEFT + WIDTH * row.rate[name] / most for name in ("low", "value", "high"))
    colour = COLOURS[row.kind]
    return [
        f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(row.label)}</text>',
        f'<line x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}" stroke="{colour}" stroke-width="2"/>',
        f'<circle cx="{point:.1f}" cy="{y}" r="4.5" fill="{colour}"/>',
    ]
