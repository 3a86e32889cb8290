"""Banks of sentences for tests: the packaged one as a file, with changes."""

from importlib.resources import files
from pathlib import Path

PACKAGED = files("workers.writing").joinpath("bank.toml").read_text("utf-8")


def bank_text(*changes: tuple[str, str]) -> str:
    """The packaged bank with other texts in it; fails for one that is not there."""
    text = PACKAGED
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def bank_file(folder: Path, *changes: tuple[str, str]) -> Path:
    """The same in a file."""
    path = folder / "bank.toml"
    path.write_text(bank_text(*changes), "utf-8")
    return path
