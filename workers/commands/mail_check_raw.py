"""`kairos mail check-raw`: whether a raw message is what mailbox providers ask of senders."""

import sys
from typing import BinaryIO

import click

from workers.commands.help import NOTHING, needs
from workers.deliver.conformance import ROWS, check_raw
from workers.runtime.process.terminal import safe


@click.command(
    name="check-raw", epilog=needs(NOTHING, "kairos mail check-raw mail.eml", "kairos mail check-raw -")
)
@click.argument("file", type=click.File("rb"))
def check_raw_command(file: BinaryIO) -> None:
    """Check a message as it is sent (.eml), of any sender; `-` is the standard input.

    Lines, headers, encoded words, one-click unsubscription (RFC 8058), what the DKIM signature covers (not
    whether it holds), parts and their sizes. Exit code 1 when something is wrong.
    """
    findings = check_raw(file.read())
    for finding in findings:
        click.echo(safe(f"{finding.name}: {finding.problem}").plain)
    many = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    click.echo(many if findings else f"all {len(ROWS)} checks passed")
    sys.exit(1 if findings else 0)
