"""`kairos learn`: what was learned from mails."""

import click

from workers.commands.help import KAFKA, CommandGroup, needs
from workers.commands.learn_report import report


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos learn report"))
def learn() -> None:
    """What is learned from mails: which variation works, for whom, and how sure that is."""


learn.add_command(report)
