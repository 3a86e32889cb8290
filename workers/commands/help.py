"""The parts of help that all commands have: what a command needs, an example, suggestions, uncut lists.

Imports click only, so that `kairos --help` stays fast.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from textwrap import wrap

import click

KAFKA, REDIS, MONGO = "Kafka (KAFKA_URL)", "Redis (REDIS_URL)", "MongoDB (MONGO_URL)"
NOTHING = "no service"
CLOSE = 0.6  # how alike two names are, from 0 to 1, of which one is suggested for the other


def needs(what: str, *examples: str) -> str:
    """The end of a help text: what the command needs, and how it is called."""
    first, *others = examples
    further = "".join(f"\n          {example}" for example in others)
    wrapped = f"\n{' ' * 10}".join(wrap(what, 68))
    return f"\b\nNeeds:    {wrapped}\nExample:  {first}{further}"


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A question behind an error about an unknown name; empty when no known one is much like it."""
    close = get_close_matches(name.lower(), known, 1, CLOSE)
    return f" Did you mean '{close[0]}'?" if close else ""


class CommandGroup(click.Group):
    """A group that lists its commands with whole sentences, and suggests one for a typing error."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; UsageError for an unknown one, with a similar one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if self.get_command(ctx, args[0]) is None:
                error.message += did_you_mean(args[0], self.list_commands(ctx))
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(self.command_lines(ctx))

    def command_lines(self, ctx: click.Context) -> list[tuple[str, str]]:
        """The names of the commands, each with the first sentence of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return [
            (name, command.get_short_help_str(len(command.help or "")))
            for name, command in commands
            if command
        ]
