"""The bank of sentences: of each part one is chosen for a reader, the same one for the same mail. Pure."""

from collections.abc import Mapping, Sequence
from zlib import crc32

from workers.writing.bank_tables import BANK, INVITE, READERS, SECTIONS, Bank, reader_class
from workers.writing.invite_plan import InvitePlan
from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.plan import MailPlan
from workers.writing.section_rows import SECTION_ROWS
from workers.writing.texts import InviteTexts, Made, MailTexts, PersonalText, SectionText
from workers.writing.tokens import tokens_of


def personal_text(
    language: EmailLanguage, known: frozenset[str], seed: str, bank: Bank = BANK, reader: str = ""
) -> PersonalText:
    """The prose around the sections for a reader of a class; `known` are the tokens that have a value."""
    lists = {name: listed(name, language, bank, reader) for name in PersonalText._fields}
    return one_of_each(lists, known, seed)


def listed(part: str, language: EmailLanguage, bank: Bank, reader: str = "") -> list[str]:
    """The texts of a part for a reader of a class, with tokens."""
    parts = bank[language.value]
    return [*parts[part], *parts.get(READERS, {}).get(reader, {}).get(part, ())]


def subjects_of_mail(plan: MailPlan, bank: Bank = BANK) -> list[str]:
    """The subjects that a mail of sections can have, with tokens."""
    lines = listed("subject", plan.language, bank, reader_class(plan.seniority, plan.work_style))
    return possible(lines, frozenset(plan.values))


def introductions_of_mail(plan: MailPlan, bank: Bank = BANK) -> list[str]:
    """The introductions that a mail of sections can have, with tokens."""
    lines = listed("introduction", plan.language, bank, reader_class(plan.seniority, plan.work_style))
    return possible(lines, frozenset(plan.values))


def introductions_of_invitation(plan: InvitePlan, bank: Bank = BANK) -> list[str]:
    """The introductions that an invitation can have, with tokens."""
    return possible(bank[plan.language.value][INVITE]["introduction"], frozenset(plan.values))


def subjects_of_invitation(plan: InvitePlan, bank: Bank = BANK) -> list[str]:
    """The subjects that an invitation can have, with tokens."""
    lines, none = bank[plan.language.value][INVITE]["subject"], frozenset[str]()
    return possible(lines, frozenset(plan.values), plan.required.get("subject", none))


def one_of_each(
    lists: Mapping[str, Sequence[str]],
    known: frozenset[str],
    seed: str,
    required: Mapping[str, frozenset[str]] = {},
) -> PersonalText:
    """Of the list of each part one text; only those with all tokens that are `required` of a part."""
    none = frozenset[str]()
    return PersonalText(
        *(
            chosen(lists[name], known, f"{seed}/{name}", required.get(name, none))
            for name in PersonalText._fields
        )
    )


def section_text(
    language: EmailLanguage, kind: EmailSectionType, seed: str, bank: Bank = BANK
) -> SectionText:
    """The prose of a section for a reader."""
    parts, none = bank[language.value][SECTIONS][kind.value], frozenset[str]()
    return SectionText(
        *(chosen(parts[name], none, f"{seed}/{kind.value}/{name}") for name in SectionText._fields)
    )


def texts_of_bank(plan: MailPlan, reason: str | None = None, bank: Bank = BANK) -> MailTexts:
    """All prose of a mail; `reason` is why no model wrote it."""
    known, made = frozenset(plan.values), Made(reason=reason)
    reader = reader_class(plan.seniority, plan.work_style)
    personal = personal_text(plan.language, known, plan.person, bank, reader)
    sections = {row.kind: section_text(plan.language, row.kind, plan.person, bank) for row in SECTION_ROWS}
    return MailTexts(personal, sections, made, made, bank)


def invite_of_bank(plan: InvitePlan, reason: str | None = None, bank: Bank = BANK) -> InviteTexts:
    """All prose of an invitation; `reason` is why no model wrote it."""
    known, seed = frozenset(plan.values), f"{plan.person}/{plan.event.event_id}"
    personal = one_of_each(bank[plan.language.value][INVITE], known, seed, plan.required)
    return InviteTexts(personal, Made(reason=reason), bank)


def chosen(
    texts: Sequence[str], known: frozenset[str], seed: str, required: frozenset[str] = frozenset()
) -> str:
    """One of some texts, of those whose tokens are all known, the `required` ones among them."""
    found = possible(texts, known, required)
    return found[crc32(seed.encode()) % len(found)]


def possible(
    texts: Sequence[str], known: frozenset[str], required: frozenset[str] = frozenset()
) -> list[str]:
    """The texts whose tokens are all known, the `required` ones among them."""
    return [text for text in texts if required <= tokens_of(text) <= known]
