"""The sentences of a bank: where each stands, and whether the gate lets it through. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from workers.writing.bank_tables import BANK, INVITE, READERS, SECTIONS, Bank
from workers.writing.drafts import PERSONAL_PARTS, SECTION_PARTS
from workers.writing.gate.mail import compared, repeatable, sentences
from workers.writing.gate.refusal import Refusal
from workers.writing.gate.texts import Part, TextRule, refusal_of
from workers.writing.invite_prompt import MEANINGS as INVITE_MEANINGS
from workers.writing.models import EmailLanguage
from workers.writing.plan import VARIABLE
from workers.writing.prompts import MEANINGS
from workers.writing.tokens import tokens_of

# what sentences may name: those around the sections, also variables, which the bank alone may name, and those
# of invitations; those of sections name nothing
TOKENS, INVITE_TOKENS = frozenset(MEANINGS), frozenset(INVITE_MEANINGS)
HEADS = ("subject", "preheader")  # which may not be the same


class ListedSentence(NamedTuple):
    """A sentence: its table and key in bank.toml, and the rule under which it is used."""

    place: str
    text: str
    rule: TextRule

    @property
    def refusal(self) -> Refusal | None:
        """Why the gate refuses it; None if it does not."""
        return refusal_of(self.text, self.rule)

    @property
    def slot(self) -> str:
        """Of a slot a mail has one text: those for a class of readers stand in that of all readers."""
        within = self.place.partition(".")[2]
        return within.rpartition(".")[2] if within.startswith(f"{READERS}.") else within

    @property
    def mail(self) -> tuple[str, bool]:
        """In which mails it may stand: their language, and whether they are invitations."""
        return self.rule.language, self.slot.startswith(f"{INVITE}.")


def bank_sentences(bank: Bank = BANK) -> Iterator[ListedSentence]:
    """Every sentence of both languages, of a bank whose tables are as they must be."""
    for language in EmailLanguage:
        here, tables = language.value, bank[language.value]
        yield from _listed(here, tables, PERSONAL_PARTS, language)
        for name, table in tables.get(READERS, {}).items():
            yield from _listed(f"{here}.{READERS}.{name}", table, PERSONAL_PARTS, language)
        for name, table in tables[SECTIONS].items():
            yield from _listed(f"{here}.{SECTIONS}.{name}", table, SECTION_PARTS, language)
        yield from _listed(f"{here}.{INVITE}", tables[INVITE], PERSONAL_PARTS, language)


def listed_sentence(table: str, name: str, part: Part, text: str, language: EmailLanguage) -> ListedSentence:
    """A sentence of a part of a table, such as `en.readers.senior-remote`."""
    tokens = frozenset[str]()
    if table.endswith(f".{INVITE}"):
        tokens = INVITE_TOKENS
    elif part not in SECTION_PARTS.values():
        tokens = TOKENS | {each for each in tokens_of(text) if each.startswith(VARIABLE)}
    return ListedSentence(f"{table}.{name}", text, TextRule(part, language.value, tokens))


def _listed(
    place: str, table: Mapping[str, Any], parts: Mapping[str, Part], language: EmailLanguage
) -> Iterator[ListedSentence]:
    for name, part in parts.items():
        yield from (listed_sentence(place, name, part, text, language) for text in table.get(name, ()))


class SaidOnce:
    """What the texts of one kind of mail say so far: no slot has a text twice, and no mail may say one twice.

    One object for each `ListedSentence.mail`.
    """

    def __init__(self) -> None:
        self._slots: dict[str, set[str]] = {}
        self._sentences: dict[str, str] = {}  # the slot in which each stands

    def note(self, sentence: ListedSentence) -> bool:
        """Whether a text says something new; it is said then."""
        whole, slot = compared(sentence.text), sentence.slot
        is_head = slot.rpartition(".")[2] in HEADS
        heads = [said for each, said in self._slots.items() if each.rpartition(".")[2] in HEADS]
        if (is_head and any(whole in said for said in heads)) or whole in self._slots.setdefault(slot, set()):
            return False
        if sentence.rule.part != "call_to_action":
            parts = [compared(each) for each in sentences(sentence.text) if not repeatable(each)]
            if len(set(parts)) < len(parts) or any(self._sentences.get(each, slot) != slot for each in parts):
                return False
            self._sentences.update(dict.fromkeys(parts, slot))
        self._slots[slot].add(whole)
        return True
