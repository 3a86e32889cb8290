"""A bank of sentences as a file that people read and change. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence

from workers.writing.bank_tables import GREETINGS, INVITE, INVITE_WORDS, READERS, SECTIONS, Bank
from workers.writing.drafts import PERSONAL_PARTS, SECTION_PARTS
from workers.writing.models import EmailLanguage

HEADER = """\
# Sentences of which a mail is made where no model writes: of each list one is chosen for a reader, of those
# whose tokens have a value. Those below `new` were written by a model and let through by the gate: read them,
# and remove what you do not like. `kairos mail bank check FILE` says what is wrong with a file, and
# EMAIL_GENERATION_BANK=FILE uses it.

"""
New = Mapping[
    str, Sequence[str]
]  # texts by the place of their list, such as `en.sections.popular_jobs.intro`


def bank_toml(bank: Bank, new: New) -> str:
    """The file of a bank with new texts in it, each list with the old ones first."""
    return "\n".join([HEADER, *_lines(bank, new)]) + "\n"


def _lines(bank: Bank, new: New) -> Iterator[str]:
    for language in EmailLanguage:
        here, tables = language.value, bank[language.value]
        yield f"[{here}]"
        yield from (f"{name} = {_text(tables[name])}" for name in GREETINGS)
        yield from _lists(here, tables, new, PERSONAL_PARTS)
        readers = tables.get(READERS, {})
        begun = f"{here}.{READERS}."
        added = (place.removeprefix(begun).partition(".")[0] for place in new if place.startswith(begun))
        for name in dict.fromkeys((*readers, *added)):
            yield from ("", f"[{begun}{name}]")
            yield from _lists(f"{begun}{name}", readers.get(name, {}), new, PERSONAL_PARTS)
        for name, table in tables[SECTIONS].items():
            yield from ("", f"[{here}.{SECTIONS}.{name}]")
            yield from _lists(f"{here}.{SECTIONS}.{name}", table, new, SECTION_PARTS)
        yield from ("", f"[{here}.{INVITE}]")
        yield from (f"{name} = {_text(tables[INVITE][name])}" for name in INVITE_WORDS)
        yield from _lists(f"{here}.{INVITE}", tables[INVITE], new, PERSONAL_PARTS)
        yield ""


def _lists(
    place: str, table: Mapping[str, Sequence[str]], new: New, parts: Mapping[str, object]
) -> Iterator[str]:
    for name in parts:
        old, added = table.get(name, ()), new.get(f"{place}.{name}", ())
        if old or added:
            yield f"{name} = ["
            yield from (f"  {_text(text)}," for text in old)
            if added:
                yield "  # new"
                yield from (f"  {_text(text)}," for text in added)
            yield "]"


def _text(text: str) -> str:
    """A text as TOML writes it: as JSON does, but for one character that a file may have and TOML may not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
