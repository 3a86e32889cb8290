"""`kairos what-if`: what another policy would have decided over the recorded inbox."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from workers.commands import what_if_view as view
from workers.commands.help import KAFKA, needs
from workers.commands.incomplete_histories import IncompleteHistories
from workers.commands.moment_option import read_moment
from workers.commands.recorded_inbox import RecordedInbox
from workers.commands.what_if_figures import Condition, conditions_that_hold, figures_of, read_condition
from workers.commands.what_if_run import WhatIf
from workers.people.policy import load_policy
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.process.garbage import collected_rarely
from workers.runtime.process.settings import load

CONDITION_HOLDS = 3  # the exit code
HELP = """Run the recorded inbox through the current policy and another one, and compare.

Shows how many mails each sends, how many questions it asks, why it waits, and how many people get other
mails or get them at other times (people affected); of some of them, what each policy decided and when.

Both runs are in memory and live: neither observes only, nor is held back by the ramp of the first days or
after an outage. They take a recorded outcome of a mail (such as sent or bounced) for that of their own
decision if the one of the same number was open when the outcome came. A decision without an outcome
counts as sent when it was made. Unsubscriptions and complaints hold under both policies; other outcomes of
mails that a policy did not decide are left out.

With --since the current policy alone is run up to then, and the new one takes over its states; only what is
decided from then on is counted. The inbox reaches back 100 days: people of whom it may not hold
everything are counted as "history incomplete", and their earlier mails are unknown to both runs.

With --fail-if the exit code is 3 when the condition holds. NAME OP NUMBER is the figure under the new
policy, with a sign the change, with a sign and % the change in percent: "sends > +5%", "asks < -10%",
"people affected > 100", "waits cooldown >= +50". All figures: sends, asks, waits, waits REASON, caps hit,
people written to, people affected, history incomplete, records not used.
"""


def condition_option(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> tuple[Condition, ...]:
    """The conditions of texts; BadParameter says what is wrong with one."""
    try:
        return tuple(read_condition(value) for value in values)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(
    "what-if",
    help=HELP,
    epilog=needs(
        f"{KAFKA} with the topics of a fleet",
        "kairos what-if --policy new-policy.toml",
        'kairos what-if --policy new-policy.toml --since 2026-03-01 --fail-if "sends > +5%"',
    ),
)
@click.option(
    "--policy", required=True, type=click.Path(exists=True, path_type=Path), help="The other policy."
)
@click.option("--since", metavar="TIME", callback=read_moment, help="Count decisions from this time on.")
@click.option(
    "--people", type=click.IntRange(0), default=20, show_default=True, help="How many are shown side by side."
)
@click.option(
    "--fail-if", "conditions", metavar="CONDITION", multiple=True, callback=condition_option,
    help="Exit with 3 when this holds; may be given several times.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def what_if(
    policy: Path, since: datetime | None, people: int, conditions: tuple[Condition, ...], as_json: bool
) -> None:
    """Compare two policies; the help text is HELP."""
    settings = load()
    run = WhatIf(load_policy(settings.kairos_policy), load_policy(policy), since, people)
    with reading(settings) as reader, collected_rarely():
        incomplete = feed(run, reader)
    figures = figures_of(run.current, run.new, run.affected.count, incomplete)
    failed = conditions_that_hold(conditions, figures)
    if as_json:
        click.echo(view.as_json(run, figures, since, failed))
    else:
        Console(highlight=False).print(view.page(run, figures, since))
    if failed:
        click.echo(f"kairos what-if: {'; '.join(failed)}: that holds", err=True)
        raise SystemExit(CONDITION_HOLDS)


def feed(run: WhatIf, reader: Reader) -> int:
    """Run everything that the inbox holds now; returns how many histories may be incomplete."""
    inbox = RecordedInbox(reader)
    histories = IncompleteHistories(inbox, run.facts.read)
    for batch in inbox.batches():
        histories.observe(batch)
        run.feed(batch)
    if any(map(inbox.is_cut, inbox.ends)):
        histories.observe_known(known_people(reader))
    return histories.count


def known_people(reader: Reader) -> Iterator[bytes]:
    """The keys of those who have a profile, or had one lately."""
    for record in reader.read("enriched-profiles"):
        if record.key is not None:
            yield record.key
