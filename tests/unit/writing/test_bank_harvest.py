"""New sentences for a bank: what is asked, and what of the answers is kept."""

import json
import tomllib
from typing import Any

import pytest

from tests.standins.written_texts import texts_for
from workers.writing.bank_check import checked_bank
from workers.writing.bank_harvest import BankRequest, Harvest, bank_requests
from workers.writing.bank_shape import READER_CLASSES
from workers.writing.bank_tables import BANK
from workers.writing.bank_toml import bank_toml
from workers.writing.errors import WritingError
from workers.writing.models import EmailLanguage
from workers.writing.prompts import PERSONAL_FORM, SECTIONS_FORM, prompt_of
from workers.writing.request import request_body

SECTION_TEXTS, PERSONAL_TEXTS = 12, 4  # of an answer
GOOD = {
    "subject": "Some roles for you to read",
    "preheader": "They may be close to what you want.",
    "introduction": "We hope that you find what you need in this list.",
    "closing": "We look forward to your next visit here.",
}


def requests(name: str, count: int = 1) -> BankRequest:
    """The request of a name."""
    return next(each for each in bank_requests(count) if each.name == name)


def answer(**texts: str) -> str:
    """An answer with good texts around the sections, but for these."""
    return json.dumps(GOOD | texts)


def test_each_variation_of_each_text_is_asked_for_once() -> None:
    """Of all sections, and around them for each class of readers, in both languages; each prompt differs."""
    asked = [*bank_requests(3)]

    assert len(asked) == 2 * 3 * (1 + len(READER_CLASSES)) == 102
    assert len({each.name for each in asked}) == len(asked)
    assert len({prompt_of(each.facts).facts for each in asked}) == len(asked)
    assert [each.form.name for each in asked].count("sections") == 6
    assert {each.facts["language"] for each in asked} == {"English", "Japanese"}
    assert READER_CLASSES[0] == "unknown-unknown"


def test_what_is_let_through_stands_in_the_list_of_its_part() -> None:
    """Texts for readers of whom nothing is known are for all; those of a class have a table of their own."""
    harvest = Harvest(BANK)
    harvest.answered(requests("en/unknown-unknown/1"), answer())
    harvest.answered(
        requests("en/senior-remote/1"), answer(closing="We hope that you like one of these roles.")
    )
    bank, problems = checked_bank(bank_toml(BANK, harvest.new))

    assert problems == []
    assert (harvest.asked, harvest.kept, harvest.twice) == (8, 5, 3)
    assert bank["en"]["closing"] == [*BANK["en"]["closing"], GOOD["closing"]]
    assert bank["en"]["readers"] == {
        "senior-remote": {"closing": ["We hope that you like one of these roles."]}
    }
    assert bank["ja"] == BANK["ja"]


@pytest.mark.parametrize(
    ("texts", "refused", "twice"),
    [
        ({"subject": "We have 12 roles for you"}, {"digits": 1}, 0),
        (
            {"subject": "Visit www.evil.example", "closing": "Best, [Your Name]"},
            {"contact": 1, "tokens": 1},
            0,
        ),
        ({"preheader": BANK["en"]["preheader"][1]}, {}, 1),
        ({"preheader": GOOD["subject"] + "."}, {}, 1),
        ({"closing": "Our editors chose these roles."}, {}, 1),
        ({"introduction": "Look at {{count}} roles, {{name}}."}, {"tokens": 1}, 0),
    ],
)
def test_what_is_not_kept_is_counted(texts: dict[str, str], refused: dict[str, int], twice: int) -> None:
    """By the check that refused it; what the bank or another part says already is left out."""
    harvest = Harvest(BANK)
    harvest.answered(requests("en/unknown-unknown/1"), answer(**texts))

    assert (dict(harvest.refused), harvest.twice) == (refused, twice)
    assert harvest.kept == PERSONAL_TEXTS - len(texts)


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        (None, WritingError("x", "batch"), "batch"),
        ("Sure!", None, "schema"),
        ("{}", None, "schema"),
        (None, None, "other"),
    ],
)
def test_a_request_without_an_answer_is_counted_with_its_texts(
    text: str | None, error: WritingError | None, reason: str
) -> None:
    """By the reason."""
    harvest = Harvest(BANK)
    harvest.answered(requests("ja/sections/1"), text, error)

    assert (harvest.asked, harvest.kept, dict(harvest.unanswered)) == (12, 0, {reason: SECTION_TEXTS})


def test_a_written_bank_is_a_good_one_and_can_be_written_on() -> None:
    """With the answers of the stand-in to everything; the second time nothing is new."""

    def written(bank: Any) -> Harvest:
        harvest = Harvest(bank)
        for each in bank_requests(2):
            body = request_body("gpt-5-nano", prompt_of(each.facts), each.form)
            harvest.answered(each, json.dumps(texts_for(body)))
        return harvest

    first = written(BANK)
    text = bank_toml(BANK, first.new)
    bank, problems = checked_bank(text)
    second = written(bank)

    assert problems == []
    assert first.kept > 30
    assert (second.kept, second.asked) == (0, first.asked)
    assert first.asked == 4 * SECTION_TEXTS + 2 * 2 * 16 * PERSONAL_TEXTS
    assert tomllib.loads(bank_toml(bank, {})) == bank


def test_texts_with_quotation_marks_are_written_as_they_are() -> None:
    """As TOML has it."""
    bank = {each.value: BANK[each.value] | {"hello": 'He said "\\" \x7f\u2028'} for each in EmailLanguage}

    assert tomllib.loads(bank_toml(bank, {})) == bank
    assert {PERSONAL_FORM.name, SECTIONS_FORM.name} == {each.form.name for each in bank_requests(1)}
