"""`kairos profile`: what is known of one person, now or at an earlier time, and their timeline."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from rich.console import Console
from rich.text import Text

from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.permissions import PERSON
from schemas.profile import EnrichedProfile
from workers.commands import profile_view as view
from workers.commands.fleet_stage import fleet_stage
from workers.commands.help import KAFKA, REDIS, needs
from workers.commands.moment_option import at_option
from workers.commands.pause import line
from workers.commands.person_history import history_of, unknown_at
from workers.commands.timeline_view import timeline_json, timeline_page
from workers.people.policy import load_policy
from workers.runtime.kafka.reader import reading
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import load
from workers.runtime.process.terminal import safe
from workers.serve.read_model import ReadModel

READ_MODEL = f"{REDIS}, filled by `kairos worker serve`"
REDIS_SECONDS = 2.0
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
user = click.argument("user", metavar="USER")


@click.command(
    epilog=needs(
        f"{READ_MODEL}; for a time before the last change also {KAFKA}",
        "kairos profile mia",
        "kairos profile mia --at 2026-03-01",
        "kairos profile mia --timeline",
    )
)
@user
@at_option
@click.option("--timeline", is_flag=True, help="Show the last fifty things that happened instead.")
@as_json
def profile(user: str, at: datetime | None, timeline: bool, as_json: bool) -> None:
    """Show what is known of one person, as of now.

    With --at: as of another time. Up to the last change the recorded inbox is run again for the person, under
    the policy of the settings, which reads one partition of it. With --timeline: the facts that came in, the
    decisions, mails and outcomes.

    USER is the id of a user in your database, as text. Reads the read model in Redis (REDIS_URL).
    """
    if timeline and at is not None:
        raise click.UsageError("--timeline shows the last entries; it has no --at.")
    if timeline:
        show_timeline(user, as_json)
        return
    current = profile_now(user) if at is None else profile_then(user, at)
    if as_json:
        click.echo(current.model_dump_json(indent=2))
    else:
        with read_model() as model:
            paused = pauses_of(model, user)
        Console(highlight=False).print(*paused, view.profile_page(current), sep="\n")


def profile_now(person: str) -> EnrichedProfile:
    """The profile as of now. ClickException for somebody unknown."""
    with read_model() as model:
        stored = model.profile(person)
        if stored is None:
            raise click.ClickException(view.unknown(person, "profile", model.totals()))
    return stored.at(from_epoch_ms(now_ms()))


def profile_then(person: str, at: datetime) -> EnrichedProfile:
    """The profile as of a time: the stored one, or if it has changed since, that of the recorded inbox.

    ClickException for somebody who was unknown, or had no user document.
    """
    with read_model() as model:
        stored = model.profile(person)
    if stored is not None and stored.as_of <= at:
        return stored.at(at)
    settings = load()
    with reading(settings) as reader:
        as_it_runs = fleet_stage(settings, load_policy(settings.kairos_policy))
        history = history_of(reader, person, as_it_runs, to_epoch_ms(at))
    if history.profile is None:
        raise click.ClickException(unknown_at(history, person, at))
    return history.profile.at(at)


def show_timeline(person: str, as_json: bool) -> None:
    """Print the timeline of a person. ClickException for somebody unknown."""
    with read_model() as model:
        entries = model.timeline(person)
        if not entries:
            raise click.ClickException(view.unknown(person, "timeline", model.totals()))
    if as_json:
        click.echo(timeline_json(entries))
    else:
        Console(highlight=False).print(timeline_page(person, entries))


def pauses_of(model: ReadModel, user: str) -> list[Text]:
    """A line for each pause that may hold mails to a person back: of all, of a campaign, or of them."""
    return [
        safe(line(pause), "bold red")
        for pause in model.pauses(from_epoch_ms(now_ms()))
        if not pause.subject.startswith(PERSON) or pause.subject == f"{PERSON}{user}"
    ]


@contextmanager
def read_model() -> Iterator[ReadModel]:
    """The read model of the settings; raises RedisError when Redis does not answer within REDIS_SECONDS."""
    settings = load()
    with connect(settings, REDIS_SECONDS) as redis:
        yield ReadModel(redis, settings)
