"""The tables of a bank of sentences, and the bank that is used where none is named. Pure."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

# by language: greetings, lists of sentences by part, and tables of more: `readers`, `sections`, `invite`
Bank = Mapping[str, Any]

BANK: Bank = tomllib.loads(files(__package__).joinpath("bank.toml").read_text("utf-8"))
GREETINGS = ("hello", "hello_name", "signature")
READERS, SECTIONS, INVITE = "readers", "sections", "invite"
INVITE_WORDS = ("signature", "reply")  # of an invitation, beside its lists


def reader_class(seniority: str, work_style: str) -> str:
    """The name of a class of readers, as a table of `readers` is called."""
    return f"{seniority}-{work_style}"
