"""`kairos profile` and `kairos explain`: one person, as the read model knows them now."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from schemas.model import from_epoch_ms
from workers.commands import profile_view as show
from workers.runtime.process import settings
from workers.runtime.process.clock import now_ms
from workers.serve.read_model import ReadModel, connect

REDIS_SECONDS = 2.0
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
user = click.argument("user", metavar="USER")


@click.command()
@user
@as_json
def profile(user: str, as_json: bool) -> None:
    """Show what is known of one person, as of now.

    USER is the id of a user in your database, as text. Reads the read model in Redis (REDIS_URL).
    """
    with read_model() as model:
        found = model.profile(user)
        if found is None:
            raise click.ClickException(show.unknown(user, "profile", model.totals()))
    found = found.at(from_epoch_ms(now_ms()))
    if as_json:
        click.echo(found.model_dump_json(indent=2))
    else:
        Console(highlight=False).print(show.profile_page(found))


@click.command()
@user
@as_json
def explain(user: str, as_json: bool) -> None:
    """Show why one person is written to, asked, or left alone.

    Prints the decision that holds, every rule with what it looked at, and the last mail that was written.
    USER is the id of a user in your database, as text.
    """
    with read_model() as model:
        decision, mail = model.decision(user), model.mail(user)
        if decision is None:
            raise click.ClickException(show.unknown(user, "decision", model.totals()))
    if as_json:
        written = "null" if mail is None else mail.model_dump_json()
        click.echo(f'{{"decision": {decision.model_dump_json()}, "mail": {written}}}')
    else:
        Console(highlight=False).print(show.decision_page(decision, mail, from_epoch_ms(now_ms())))


@contextmanager
def read_model() -> Iterator[ReadModel]:
    """The read model that the environment names; raises RedisError when Redis does not answer at once."""
    found = settings.load()
    with connect(found, REDIS_SECONDS) as redis:
        yield ReadModel(redis, found)
