"""The help of `kairos enrich`, and its options that need more than a type."""

import codecs
from textwrap import wrap

import click

from workers.commands.enrich_columns import MODELS, fields_of
from workers.commands.help import needs

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
HELP = """Make profiles from files, without any service.

Files are JSON (a list), JSON Lines or CSV with a header; a list in a cell is `a; b`, or JSON. They may
be compressed by gzip, bzip2 or xz; `-` is the standard input or output. What a file is, is found out
from its content; what cannot be read is refused with advice, as a workbook or an unknown encoding is.

Fields may be spelled in another way (`User ID`, `userId`); those that are not read are named. Of records
with the same id the later values count, an empty one takes none away, and participants are joined.

A record that cannot be used is named with its line on stderr and left out. At the end a table says how
many were read, used, of no user and left out, with the notes on values that could not be read. The exit
code is 1 when no user is left, when a file is refused or breaks off, and with --strict when there is
anything to say beside the counts.
"""


def epilog() -> str:
    """The end of the help: an example, and the fields of each file."""
    examples = (
        "kairos enrich --sample",
        "kairos enrich --users users.json --orders orders.csv --output profiles.jsonl",
        "mongoexport -c users | kairos enrich --users - --format table",
    )
    return f"{needs('files only', *examples)}\n\n{field_list()}"


def field_list() -> str:
    """The fields of each file, for the help."""
    lines = ["\b", "Fields; all but a user's id may be missing, and `_id` is an id too:"]
    for collection in MODELS:
        names = ", ".join(name for name in MODELS[collection].model_fields if name in fields_of(collection))
        lines += wrap(names, 76, initial_indent=f"  {collection:<10}", subsequent_indent=" " * 12)
    return "\n".join(lines)


def encoding_option(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The name of an encoding of text; BadParameter for another."""
    try:
        if value is None or codecs.lookup(value)._is_text_encoding:
            return value
    except LookupError:
        pass
    raise click.BadParameter(f"{value} is no encoding; cp932, cp1252 and utf-16 are some")


def delimiter_option(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """One character, or a name of one; BadParameter for what cannot separate cells."""
    if value is None:
        return None
    character = DELIMITERS.get(value.lower(), value)
    if len(character) != 1 or character in '"\r\n' or character.isalnum():
        raise click.BadParameter(f"{value!r} is not one character that separates cells; `;` or tab are")
    return character
