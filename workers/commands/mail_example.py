"""`kairos mail example`: what the library can do, in six short parts."""

import asyncio

import click

from workers.commands.help import NOTHING, needs
from workers.commands.mail_standing import dollars
from workers.runtime.process import logs
from workers.runtime.process.settings import Settings, load


@click.command(
    epilog=needs(
        f"{NOTHING}; with --live a key (OPENAI_API_KEY), and Redis for texts that outlive the command",
        "kairos mail example",
        "kairos mail example --live",
    )
)
@click.option("--live", is_flag=True, help="Have the model of the settings write; it costs a few calls.")
def example(live: bool) -> None:
    """Show what the library of mails can do: one mail, a batch, errors, figures, languages, and the cache.

    Nothing is sent, and readers and jobs are made up. Without --live it is in mock mode: no model is asked,
    no service is needed, and every subject begins with [MOCK]. How the same looks in a program of yours is in
    workers/commands/mail_example_parts.py.
    """
    settings = load()
    logs.setup("mail", "ERROR")
    asyncio.run(shown(settings, live=live))


async def shown(settings: Settings, *, live: bool) -> None:
    """Print the six parts; SettingsError for a live one without a key."""
    from workers.commands.mail_example_parts import PARTS  # openai is slow to import
    from workers.mail import EmailGenerationService

    mock = not live
    async with EmailGenerationService(mock_mode=mock, settings=settings) as service:
        writer = "mock mode, no model is asked" if mock else f"live, {settings.openai_model} is asked"
        click.echo(f"Mails of the library ({writer})")
        for number, (title, part) in enumerate(PARTS, 1):
            click.echo(f"\n{number}. {title}")
            async for line in part(service):
                click.echo(f"   {line}")
        click.echo(f"\n{last_line(await service.get_performance_metrics())}")


def last_line(figures: dict[str, object]) -> str:
    """What all of it has cost."""
    cost = figures["cost_micro_dollars"]
    assert isinstance(cost, int)
    return f"{figures['total_requests']} mails were asked for, at a cost of {dollars(cost)}"
