"""`kairos replay`: processes the recorded inbox again, in memory, and compares with what the fleet wrote."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from workers.commands.fleet_stage import fleet_stage
from workers.commands.help import KAFKA, needs
from workers.commands.person_history import PersonHistory, history_of
from workers.commands.recorded_inbox import RecordedInbox
from workers.commands.replay_comparison import ReplayComparison, fleet_of
from workers.people.policy import load_policy
from workers.people.state import PersonState
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.reader import reading
from workers.runtime.process.garbage import collected_rarely
from workers.runtime.process.settings import load
from workers.runtime.stage import Stage

SHOWN = 10  # differing keys that are printed


@click.command(
    epilog=needs(
        f"{KAFKA} with the topics of a fleet",
        "kairos replay",
        "kairos replay --person mia --policy new-policy.toml",
    )
)
@click.option("--person", metavar="ID", help="Show this person's profile and last decisions.")
@click.option(
    "--policy",
    type=click.Path(exists=True, path_type=Path),
    help="Decide by another policy; `kairos what-if` compares two.",
)
def replay(person: str | None, policy: Path | None) -> None:
    """Run the recorded inbox again, in memory, and compare.

    Without --policy every profile and decision must be what the fleet said; exit code 1 when one is not. An
    inbox of any length is read through; memory is taken by the states of the people only.
    """
    settings = load()
    chosen = fleet_stage(settings, load_policy(policy or settings.kairos_policy))
    with reading(settings) as reader, collected_rarely():
        if person:
            show(person, history_of(reader, person, chosen))
            return
        inbox = RecordedInbox(reader)
        comparison = ReplayComparison(None if policy else fleet_of(reader))
        compare(inbox, chosen, comparison)
    different = comparison.different()
    report(comparison, different)
    if different:
        raise SystemExit(1)


def compare(inbox: RecordedInbox, stage: Stage[PersonState], comparison: ReplayComparison) -> None:
    """Process the whole inbox by a stage, and compare everything that `people` writes for it."""
    runner = Replay(stage)
    for batch in inbox.batches():
        for records in batch.values():
            comparison.records += len(records)
            comparison.fold(runner.feed(records))


def report(comparison: ReplayComparison, different: list[str]) -> None:
    """Print the numbers of records, profiles and verdicts, and the keys that differ."""
    console = Console()
    table = Table("replayed", "", show_header=False)
    counts = (("records", comparison.records), ("profiles", comparison.profiles))
    for name, value in (*counts, *sorted(comparison.verdicts.items())):
        table.add_row(name, f"{value:,}")
    console.print(table)
    if different:
        others = f" and {len(different) - SHOWN} more" if len(different) > SHOWN else ""
        console.print(f"different from what the fleet said: {', '.join(different[:SHOWN])}{others}")


def show(person: str, history: PersonHistory) -> None:
    """Print one person's profile and the last decisions, in their order."""
    if history.profile is None:
        raise click.ClickException(f"nobody with the id {person} has a profile in the recorded inbox")
    console = Console()
    console.print_json(history.profile.model_dump_json())
    for decision in history.decisions:
        console.print(f"{decision.decided_at:%Y-%m-%d %H:%M:%S} {decision.verdict}: {decision.because}")
