"""`kairos profile` and `kairos explain`: one person's profile and decision, from the read model."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.text import Text

from schemas.model import from_epoch_ms
from schemas.permissions import PERSON
from workers.commands import profile_view as view
from workers.commands.help import REDIS, needs
from workers.commands.pause import line
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load
from workers.runtime.process.terminal import safe
from workers.serve.read_model import ReadModel, connect

READ_MODEL = f"{REDIS}, filled by `kairos worker serve`"
REDIS_SECONDS = 2.0
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
user = click.argument("user", metavar="USER")


@click.command(epilog=needs(READ_MODEL, "kairos profile mia", "kairos profile mia --json"))
@user
@as_json
def profile(user: str, as_json: bool) -> None:
    """Show what is known of one person, as of now.

    USER is the id of a user in your database, as text. Reads the read model in Redis (REDIS_URL).
    """
    with read_model() as model:
        stored, paused = model.profile(user), pauses_of(model, user)
        if stored is None:
            raise click.ClickException(view.unknown(user, "profile", model.totals()))
    current = stored.at(from_epoch_ms(now_ms()))
    if as_json:
        click.echo(current.model_dump_json(indent=2))
    else:
        Console(highlight=False).print(*paused, view.profile_page(current), sep="\n")


@click.command(epilog=needs(READ_MODEL, "kairos explain mia"))
@user
@as_json
def explain(user: str, as_json: bool) -> None:
    """Show why one person is written to, asked, or left alone.

    Prints the decision that holds, every rule with what it looked at, and the last mail that was written.
    USER is the id of a user in your database, as text.
    """
    with read_model() as model:
        decision, mail, paused = model.decision(user), model.mail(user), pauses_of(model, user)
        if decision is None:
            raise click.ClickException(view.unknown(user, "decision", model.totals()))
    if as_json:
        mail_json = "null" if mail is None else mail.model_dump_json()
        click.echo(f'{{"decision": {decision.model_dump_json()}, "mail": {mail_json}}}')
    else:
        page = view.decision_page(decision, mail, from_epoch_ms(now_ms()))
        Console(highlight=False).print(*paused, page, sep="\n")


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
