"""New sentences for a bank: what a model is asked, and what of its answers can be kept. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from workers.writing.ahead import Spent
from workers.writing.bank_sentences import ListedSentence, SaidOnce, bank_sentences, listed_sentence
from workers.writing.bank_shape import READER_CLASSES
from workers.writing.bank_tables import READERS, SECTIONS, Bank
from workers.writing.drafts import PERSONAL_PARTS, SECTION_PARTS, personal_parts, section_parts
from workers.writing.errors import WritingError
from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.prompts import (
    MEANINGS,
    PERSONAL_FORM,
    SECTIONS_FORM,
    reader_facts,
    section_facts,
    varied,
)
from workers.writing.request import Form
from workers.writing.texts import PersonalText, SectionText

EVERYBODY = READER_CLASSES[0]  # of whom nothing is known: their texts are for all readers
TEXTS = {
    PERSONAL_FORM.name: len(PersonalText._fields),
    SECTIONS_FORM.name: len(SectionText._fields) * len(EmailSectionType),
}  # of an answer


class BankRequest(NamedTuple):
    """A variation of some texts: its name, their language and class of readers, and what a model is told."""

    name: str
    language: EmailLanguage
    reader: str
    facts: dict[str, Any]
    form: Form


def bank_requests(count: int) -> Iterator[BankRequest]:
    """What is asked for so many variations of each text.

    Those of all sections of a language, and in each language those around them for each class of readers,
    beginning with readers of whom nothing is known.
    """
    for language in EmailLanguage:
        for number in range(1, count + 1):
            name, facts = f"{language.value}/sections/{number}", section_facts(language)
            yield BankRequest(name, language, EVERYBODY, varied(facts, number, count), SECTIONS_FORM)
        for reader in READER_CLASSES:
            seniority, work_style = reader.split("-")
            facts = reader_facts(language, seniority, work_style, MEANINGS)
            for number in range(1, count + 1):
                name = f"{language.value}/{reader}/{number}"
                yield BankRequest(name, language, reader, varied(facts, number, count), PERSONAL_FORM)


class Harvest:
    """Collects texts that can be put into a bank, and counts the others by what is wrong with them."""

    def __init__(self, bank: Bank) -> None:
        self.new: defaultdict[str, list[str]] = defaultdict(list)
        self.refused: Counter[str] = Counter()  # by the check
        self.unanswered: Counter[str] = Counter()  # texts, by the reason
        self.spent: list[Spent] = []
        self.asked = self.twice = 0
        self._said = defaultdict[object, SaidOnce](SaidOnce)
        for sentence in bank_sentences(bank):
            self._said[sentence.mail].note(sentence)

    @property
    def kept(self) -> int:
        """How many texts can be put into the bank."""
        return sum(map(len, self.new.values()))

    @property
    def micro_dollars(self) -> int:
        """What all answers have cost."""
        return sum(each.micro_dollars for each in self.spent)

    def answered(self, request: BankRequest, answer: str | None, error: WritingError | None = None) -> None:
        """The answer to a request came, or did not because of an error."""
        count = TEXTS[request.form.name]
        self.asked += count
        try:
            found = [*_sentences(request, answer)] if answer is not None else []
        except WritingError as wrong:
            found, error = [], wrong
        if not found:
            self.unanswered[error.reason if error is not None else "other"] += count
        for sentence in found:
            self._take(sentence)

    def _take(self, sentence: ListedSentence) -> None:
        refusal = sentence.refusal
        if refusal is not None:
            self.refused[refusal.check] += 1
        elif not self._said[sentence.mail].note(sentence):
            self.twice += 1
        else:
            self.new[sentence.place].append(sentence.text)


def _sentences(request: BankRequest, answer: str) -> Iterator[ListedSentence]:
    """The texts of an answer, each with the place of its list; WritingError if it has not all of them."""
    here = request.language.value
    if request.form is SECTIONS_FORM:
        tables = {f"{here}.{SECTIONS}.{kind.value}": texts for kind, texts in section_parts(answer).items()}
        parts = SECTION_PARTS
    else:
        place = here if request.reader == EVERYBODY else f"{here}.{READERS}.{request.reader}"
        tables, parts = {place: personal_parts(answer)}, PERSONAL_PARTS
    for place, texts in tables.items():
        for name, part in parts.items():
            yield listed_sentence(place, name, part, texts[name], request.language)
