"""The bank of sentences: of each part one is chosen for a reader, the same one for the same mail. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any
from zlib import crc32

from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.plan import MailPlan
from workers.writing.section_rows import SECTION_ROWS
from workers.writing.texts import Made, MailTexts, PersonalText, SectionText
from workers.writing.tokens import tokens_of

BANK: Mapping[str, Any] = tomllib.loads(files(__package__).joinpath("bank.toml").read_text("utf-8"))


def personal_text(language: EmailLanguage, known: frozenset[str], seed: str) -> PersonalText:
    """The prose around the sections for a reader; `known` are the tokens that have a value."""
    parts = BANK[language.value]
    return PersonalText(*(chosen(parts[name], known, f"{seed}/{name}") for name in PersonalText._fields))


def section_text(language: EmailLanguage, kind: EmailSectionType, seed: str) -> SectionText:
    """The prose of a section for a reader."""
    parts, none = BANK[language.value]["sections"][kind.value], frozenset[str]()
    return SectionText(
        *(chosen(parts[name], none, f"{seed}/{kind.value}/{name}") for name in SectionText._fields)
    )


def texts_of_bank(plan: MailPlan, reason: str | None = None) -> MailTexts:
    """All prose of a mail; `reason` is why no model wrote it."""
    known, made = frozenset(plan.values), Made(reason=reason)
    sections = {row.kind: section_text(plan.language, row.kind, plan.person) for row in SECTION_ROWS}
    return MailTexts(personal_text(plan.language, known, plan.person), sections, made, made)


def chosen(texts: Sequence[str], known: frozenset[str], seed: str) -> str:
    """One of some texts, of those whose tokens are all known."""
    possible = [text for text in texts if tokens_of(text) <= known]
    return possible[crc32(seed.encode()) % len(possible)]
