"""`kairos jobs`: what belongs to the job feed."""

import click

from workers.commands.help import KAFKA, NOTHING, CommandGroup, needs
from workers.commands.jobs_evaluate import evaluate
from workers.commands.jobs_explain import explain
from workers.commands.jobs_report import report
from workers.runtime.process.clock import now_ms
from workers.runtime.process.http_settings import unsafe
from workers.runtime.process.settings import SettingsError, load
from workers.serve.tracking.tokens import TokenKeys, person_of
from workers.serve.tracking_script import SHIPPED


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos jobs report"))
def jobs() -> None:
    """The job feed: what people do on the job site, and what they are shown."""


jobs.add_command(report)
jobs.add_command(explain)
jobs.add_command(evaluate)


@jobs.command(epilog=needs(NOTHING, "kairos jobs token mia", "kairos jobs token mia --server"))
@click.argument("person")
@click.option("--server", is_flag=True, help="For a server of the product, which may also tell who applied.")
def token(person: str, server: bool) -> None:
    """Sign a token that lets a page speak for PERSON, with the first key of KAIROS_TOKEN_SECRETS.

    It holds for KAIROS_TOKEN_HOURS. Put it into the body of requests to /jobs/api/, as `token`.
    """
    settings = load()
    if reasons := list(unsafe(settings)):
        raise SettingsError("; ".join(reasons))
    if person_of({"person": person}) is None:
        raise click.BadParameter("is no id", param_hint="PERSON")
    keys = TokenKeys(settings.token_secrets, settings.token_ms)
    click.echo(keys.sign(person, now_ms(), for_server=server))


@jobs.command(epilog=needs(NOTHING, "kairos jobs script > behavioral_tracking.js"))
def script() -> None:
    """Print behavioral_tracking.js, which tells what people do on the pages of jobs."""
    click.echo(SHIPPED.read_text("utf-8"), nl=False)
