"""`kairos replay`: the recorded inbox once more, in memory, beside what the fleet has said."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from schemas.decision import SendDecision
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.process import settings

Values = dict[str, bytes]  # the last value of every key that was not deleted
BATCH = 1_000
SHOWN = 10


@click.command()
@click.option("--person", metavar="ID", help="Show this person's profile and decisions.")
@click.option(
    "--policy", type=click.Path(exists=True, path_type=Path), help="Decide by another policy (what-if)."
)
def replay(person: str | None, policy: Path | None) -> None:
    """Run the recorded inbox again, in memory, and compare.

    Without --policy every profile and decision must be what the fleet said; exit code 1 when one is not.
    """
    found = settings.load()
    with reading(found) as reader:
        inbox = list(reader.read("inbox"))
        profiles = last(reader.read("enriched-profiles"))
        decided = mails(reader.read("send-decisions"))
    written = run(inbox, policy or found.kairos_policy)
    again = last(one for one in written if one.topic == "enriched-profiles")
    decided_again = mails(one for one in written if one.topic == "send-decisions")
    if person:
        show(person, again, written)
        return
    wrong = differing(profiles, again) + differing(decided, decided_again)
    report(len(inbox), again, decided_again, [] if policy else wrong)
    if wrong and not policy:
        raise SystemExit(1)


def run(inbox: list[ConsumerRecord], policy: Path) -> list[ProducerRecord]:
    """Everything `people` says to the inbox, under a policy."""
    runner = Replay(stage(load_policy(policy)))
    written: list[ProducerRecord] = []
    for start in range(0, len(inbox), BATCH):
        written += runner.feed(inbox[start : start + BATCH])
    return written


def last(records: Iterable[ConsumerRecord | ProducerRecord]) -> Values:
    """The last value of every key."""
    found = {(record.key or b"").decode(): record.value for record in records}
    return {key: value for key, value in found.items() if value is not None}


def mails(records: Iterable[ConsumerRecord | ProducerRecord]) -> Values:
    """Every decision to write or ask, by its id."""
    found = (SendDecision.loads(record.value) for record in records if record.value is not None)
    return {decision.id: decision.dumps() for decision in found if decision.verdict != "wait"}


def differing(live: Values, again: Values) -> list[str]:
    """The keys under which the fleet and the replay say different things."""
    return sorted(key for key in live.keys() | again.keys() if live.get(key) != again.get(key))


def report(records: int, profiles: Values, decided: Values, wrong: list[str]) -> None:
    """Print what was replayed and what differs."""
    console = Console()
    verdicts = Counter(json.loads(value)["verdict"] for value in decided.values())
    table = Table("replayed", "", show_header=False)
    for name, value in (("records", records), ("profiles", len(profiles)), *sorted(verdicts.items())):
        table.add_row(name, f"{value:,}")
    console.print(table)
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        console.print(f"different from what the fleet said: {', '.join(wrong[:SHOWN])}{more}")


def show(person: str, profiles: Values, written: list[ProducerRecord]) -> None:
    """Print one person's profile and every decision, in their order."""
    if person not in profiles:
        raise click.ClickException(f"nobody with the id {person} has a profile in the recorded inbox")
    console = Console()
    console.print_json(profiles[person].decode())
    for one in written:
        if one.topic == "send-decisions" and one.key == person.encode() and one.value is not None:
            decision = SendDecision.loads(one.value)
            console.print(f"{decision.decided_at:%Y-%m-%d %H:%M:%S} {decision.verdict}: {decision.because}")
