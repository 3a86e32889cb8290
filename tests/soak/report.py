"""The report of a long run: the seed, the faults, the problems, and the command that repeats it."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from tests.soak.outcome import Outcome

COMMAND = 'make {target} ARGS="-k {test} --seed {seed}"'
SHOWN = 5


def show(outcome: Outcome, test: str, target: str = "soak", console: Console | None = None) -> None:
    """Print the table of a run of a test, and the command that repeats it."""
    title = f"{test}, seed {outcome.seed}"
    table = Table(title=title, show_header=False, title_justify="left", min_width=len(title))
    for worker, text in hits(outcome):
        table.add_row(f"hits of {worker}", text)
    for name, text in ends(outcome):
        table.add_row(name, text or "none")
    for name, count in outcome.counts.items():
        table.add_row(name, str(count))
    table.add_row("dead letters", str(outcome.dead))
    for name, keys in outcome.problems.items():
        table.add_row(name.replace("_", " "), f"{len(keys)} {' '.join(keys[:SHOWN])}".strip())
    console = console or Console(width=120)
    console.print(table)
    console.print(f"again: {COMMAND.format(target=target, test=test, seed=outcome.seed)}", soft_wrap=True)


def hits(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """How many faults each kind of worker had, with the signals and the points of the code."""
    for worker, total in sorted(outcome.per_worker().items()):
        signals: Counter[str] = Counter()
        at_points: Counter[tuple[str, str]] = Counter()
        for fault, count in outcome.hits.items():
            if fault.worker == worker:
                signals[fault.signal.name] += count
                if fault.point:
                    at_points[fault.signal.name, fault.point] += count
        counts = ", ".join(f"{count} {name}{among(name, at_points)}" for name, count in signals.items())
        yield worker, f"{total}: {counts}"


def among(name: str, at_points: Counter[tuple[str, str]]) -> str:
    """How many faults with a signal were at which point of the code."""
    counts = [f"{count} at {point!r}" for (signal, point), count in at_points.items() if signal == name]
    return f" ({', '.join(counts)})" if counts else ""


def ends(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """How workers ended after SIGTERM and after a pause, which ended unasked, and how long starts took."""
    seconds = sorted(seconds_to_end for _, _, seconds_to_end in outcome.stops)
    codes = Counter(code for _, code, _ in outcome.stops)
    longest = f", {seconds[-1]:.1f} s at most" if seconds else ""
    yield "ended by SIGTERM", f"{listed(codes, 'code')}{longest}" if codes else ""
    resumed: Counter[object] = Counter()
    for (_, code), count in outcome.resumed.items():
        resumed["went on" if code is None else f"left with code {code}"] += count
    yield "woken", ", ".join(f"{count} {end}" for end, count in resumed.items())
    deaths = Counter(outcome.deaths)
    yield "ended unasked", ", ".join(f"{count} {name} ({code})" for (name, code), count in deaths.items())
    if recoveries := outcome.recoveries:
        middle = recoveries[len(recoveries) // 2]
        text = f"{len(recoveries)}, median {middle:.1f} s, longest {recoveries[-1]:.1f} s"
        yield "starts to recovered", text


def listed(counts: Counter[int], label: str) -> str:
    """Counts by number, as text."""
    return ", ".join(f"{count} with {label} {number}" for number, count in sorted(counts.items()))
