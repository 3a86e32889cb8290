"""The plan of a letter: a mail without jobs and events, which asks a question, or asks to come again. Pure.

Whatever comes from a record is looked at here, as in the plans of other mails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workers.writing.gate.values import usable_value
from workers.writing.models import EmailLanguage
from workers.writing.plan import LONGEST_IN_SUBJECT

LetterKind = Literal["question", "come-again"]


@dataclass(frozen=True)
class LetterPlan:
    """What a letter is for, and the values of the tokens that its texts may name."""

    person: str
    language: EmailLanguage
    kind: LetterKind
    values: Mapping[str, str]
    style: Mapping[str, str] = field(default_factory=dict)


def letter_plan(
    *,
    person: str,
    language: EmailLanguage,
    kind: LetterKind,
    names: Mapping[str, Sequence[str]],
) -> LetterPlan:
    """The plan of a letter; of the values that `names` has for a token the first usable one is taken.

    A letter with a question names nothing: it is the same for everybody, but for the question.
    """
    longest = LONGEST_IN_SUBJECT[language]
    usable = {
        token: next((short for each in values if (short := usable_value(each, longest))), None)
        for token, values in (names.items() if kind == "come-again" else ())
    }
    return LetterPlan(person, language, kind, {token: value for token, value in usable.items() if value})
