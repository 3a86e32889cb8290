"""What a model is asked for a letter. Pure.

It sees no word of a stranger: of hosts, venues, interests and events it is told that there is one, and of the
question that there is one.
"""

from typing import Any

from workers.writing.letter_plan import LetterKind, LetterPlan
from workers.writing.prompts import NAMES, PERSONAL, RULES, texts_schema, told_style, told_tokens
from workers.writing.request import Form
from workers.writing.texts import PersonalText

ABOUT_LETTERS = """\
You write the prose of short, warm e-mails of a company that brings people together at tables and events."""
INSTRUCTIONS = ABOUT_LETTERS + RULES
PURPOSES: dict[LetterKind, str] = {
    "question": "to ask the reader one short question; code adds the question behind the introduction",
    "come-again": "to tell the reader that it would be lovely to see them again; code adds how to reply",
}
MEANINGS = {  # of the tokens
    "event": "an event for which the reader is on the list, and at which they are looked forward to",
    "host": "who hosted a table that the reader has joined",
    "venue": "a place where the reader has been a guest",
    "interest": "something that the reader is interested in",
}
PARTS = PERSONAL | {
    "introduction": "two or three sentences with which the mail begins",
    "closing": "one kind sentence at the end",
}
LETTER_FORM = Form("letter", texts_schema(PersonalText._fields))


def letter_facts(plan: LetterPlan) -> dict[str, Any]:
    """What is told for a letter: its purpose, and which tokens have a value, so that readers can share it."""
    return {
        "language": NAMES[plan.language],
        "purpose": PURPOSES[plan.kind],
        "write": PARTS,
        "tokens": told_tokens(MEANINGS, plan.values),
        **told_style(plan.style),
    }
