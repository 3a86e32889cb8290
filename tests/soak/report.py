"""What a long run says in the end: the seed, what happened, what is wrong, and how to do it again."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from tests.soak.outcome import Outcome

AGAIN = 'make {target} ARGS="-k {test} --seed {seed}"'
SHOWN = 5


def show(outcome: Outcome, test: str, target: str = "soak", console: Console | None = None) -> None:
    """Print the table of a run of a test, and the command that repeats it."""
    title = f"{test}, seed {outcome.seed}"
    table = Table(title=title, show_header=False, title_justify="left", min_width=len(title))
    for worker, text in hits(outcome):
        table.add_row(f"hits of {worker}", text)
    for name, found in ends(outcome):
        table.add_row(name, found or "none")
    for name, count in outcome.counts.items():
        table.add_row(name, str(count))
    table.add_row("dead letters", str(outcome.dead))
    for name, wrong in outcome.found.items():
        table.add_row(name.replace("_", " "), f"{len(wrong)} {' '.join(wrong[:SHOWN])}".strip())
    console = console or Console(width=120)
    console.print(table)
    console.print(f"again: {AGAIN.format(target=target, test=test, seed=outcome.seed)}", soft_wrap=True)


def hits(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """How often each kind of worker was hit, with the signals and the places of the code."""
    for worker, total in sorted(outcome.per_worker().items()):
        signals: Counter[str] = Counter()
        placed: Counter[tuple[str, str]] = Counter()
        for fault, count in outcome.hits.items():
            if fault.worker == worker:
                signals[fault.signal.name] += count
                if fault.point:
                    placed[fault.signal.name, fault.point] += count
        told = ", ".join(f"{count} {name}{among(name, placed)}" for name, count in signals.items())
        yield worker, f"{total}: {told}"


def among(name: str, placed: Counter[tuple[str, str]]) -> str:
    """How many hits by a signal were at which place of the code."""
    found = [f"{count} at {point!r}" for (signal, point), count in placed.items() if signal == name]
    return f" ({', '.join(found)})" if found else ""


def ends(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """What workers did when they were stopped and woken, who ended unasked, and how long a start takes."""
    seconds = sorted(took for _, _, took in outcome.stops)
    codes = Counter(code for _, code, _ in outcome.stops)
    longest = f", {seconds[-1]:.1f} s at most" if seconds else ""
    yield "ended by SIGTERM", f"{listed(codes, 'code')}{longest}" if codes else ""
    woken: Counter[object] = Counter()
    for (_, code), count in outcome.woken.items():
        woken["went on" if code is None else f"left with code {code}"] += count
    yield "woken", ", ".join(f"{count} {what}" for what, count in woken.items())
    deaths = Counter(outcome.deaths)
    yield "ended unasked", ", ".join(f"{count} {name} ({code})" for (name, code), count in deaths.items())
    if found := outcome.recoveries:
        told = f"{len(found)}, median {found[len(found) // 2]:.1f} s, longest {found[-1]:.1f} s"
        yield "starts to recovered", told


def listed(found: Counter[int], what: str) -> str:
    """Counts by number, as text."""
    return ", ".join(f"{count} with {what} {number}" for number, count in sorted(found.items()))
