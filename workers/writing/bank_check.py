"""What is wrong with a bank of sentences, by line: one that is used can spoil no mail. Pure."""

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator

from workers.writing.bank_sentences import SaidOnce, bank_sentences
from workers.writing.bank_shape import BankProblem, shape_problems
from workers.writing.bank_tables import GREETINGS, INVITE, INVITE_WORDS, Bank
from workers.writing.drafts import PERSONAL_PARTS
from workers.writing.gate.values import usable_value
from workers.writing.invite_plan import NAMED_IN_SUBJECT
from workers.writing.models import EmailLanguage
from workers.writing.tokens import tokens_of

ALWAYS_KNOWN = {False: frozenset({"count"}), True: frozenset({"event.date"})}  # tokens; of invitations
LONGEST_WORDS = 120
NAME = "{{name}}"
AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def checked_bank(text: str) -> tuple[Bank, list[BankProblem]]:
    """The tables of a file, and all that is wrong with them, in the order of its lines."""
    try:
        bank = tomllib.loads(text)
    except ValueError as error:
        found = AT_LINE.search(str(error))
        detail = f"not TOML: {AT_LINE.sub('', str(error))}"
        return {}, [BankProblem(int(found[1]) if found else None, "", detail)]
    lines = SentenceLines(text)
    problems = [*shape_problems(bank)]
    if not problems:
        problems = [*_greeting_problems(bank, lines), *_sentence_problems(bank, lines), *_too_few(bank)]
    return bank, sorted(problems, key=lambda each: each.line or 0)


class SentenceLines:
    """In which lines of a file texts stand: of one that stands in several, each in turn."""

    def __init__(self, text: str) -> None:
        self._rows = text.splitlines()
        self._last: dict[str, int] = {}

    def of(self, text: str) -> int | None:
        """The number of the next line that has a text in quotation marks; None if no line shows it so."""
        forms = (json.dumps(text, ensure_ascii=False), json.dumps(text), f"'{text}'")
        for number in range(self._last.get(text, 0), len(self._rows)):
            if any(form in self._rows[number] for form in forms):
                self._last[text] = number + 1
                return number + 1
        return self._last.get(text)


def _greeting_problems(bank: Bank, lines: SentenceLines) -> Iterator[BankProblem]:
    """What is not chosen from a list and not written by a model: greetings and signatures."""
    for language in EmailLanguage:
        here, tables = language.value, bank[language.value]
        words = [(f"{here}.{name}", tables[name]) for name in GREETINGS]
        words += [(f"{here}.{INVITE}.{name}", tables[INVITE][name]) for name in INVITE_WORDS]
        for place, text in words:
            at, is_by_name = lines.of(text), place.endswith(".hello_name")
            if is_by_name and text.count(NAME) != 1:
                yield BankProblem(at, place, f"must have {NAME} once")
                continue
            shown = text.replace(NAME, "", 1).strip() if is_by_name else text
            if usable_value(shown, LONGEST_WORDS) != shown:
                yield BankProblem(at, place, "cannot be shown as it is: a few words, no links, no tokens")


def _sentence_problems(bank: Bank, lines: SentenceLines) -> Iterator[BankProblem]:
    said, numbers = defaultdict[object, SaidOnce](SaidOnce), Counter[str]()
    for sentence in bank_sentences(bank):
        numbers[sentence.place] += 1
        at, place = lines.of(sentence.text), f"{sentence.place}[{numbers[sentence.place]}]"
        refusal = sentence.refusal
        if refusal is not None:
            yield BankProblem(at, place, f"{refusal.check}: {refusal.rule}")
        elif not said[sentence.mail].note(sentence):
            yield BankProblem(at, place, "twice: another text of this language says the same")


def _too_few(bank: Bank) -> Iterator[BankProblem]:
    """Of each part one text must be usable for a reader or an event of which nothing else is known."""
    for language in EmailLanguage:
        for is_invite, known in ALWAYS_KNOWN.items():
            table = bank[language.value][INVITE] if is_invite else bank[language.value]
            place = f"{language.value}.{INVITE}" if is_invite else language.value
            for name in PERSONAL_PARTS:
                needed = [frozenset[str]()]
                if is_invite and name == "subject":  # it names the event wherever that can be named
                    needed.append(NAMED_IN_SUBJECT)
                for tokens in needed:
                    if not any(tokens <= tokens_of(text) <= known | tokens for text in table[name]):
                        allowed = ", ".join(f"{{{{{each}}}}}" for each in sorted(known | tokens))
                        detail = f"one of the texts must have no token but {allowed}"
                        yield BankProblem(None, f"{place}.{name}", detail)
