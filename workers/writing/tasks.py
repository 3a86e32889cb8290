"""The texts of a mail that a model writes: what is asked for each, and how its answer is read. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from workers.writing.drafts import Sections, personal_bytes, read_personal, read_sections, sections_bytes
from workers.writing.invite_plan import InvitePlan
from workers.writing.invite_prompt import INSTRUCTIONS as INVITE_INSTRUCTIONS
from workers.writing.invite_prompt import INVITATION_FORM, invite_facts
from workers.writing.letter_plan import LetterPlan
from workers.writing.letter_prompt import INSTRUCTIONS as LETTER_INSTRUCTIONS
from workers.writing.letter_prompt import LETTER_FORM, letter_facts
from workers.writing.pace.text_cache import key_of
from workers.writing.plan import MailPlan
from workers.writing.prompts import (
    INSTRUCTIONS,
    PERSONAL_FORM,
    SECTIONS_FORM,
    VERSION,
    known_tokens,
    personal_facts,
    prompt_of,
    section_facts,
)
from workers.writing.request import Form, Prompt
from workers.writing.texts import PersonalText

T = TypeVar("T")
FORMS = (PERSONAL_FORM, SECTIONS_FORM, INVITATION_FORM, LETTER_FORM)


@dataclass(frozen=True)
class TextTask(Generic[T]):
    """A text to be written for a reader: its name, what is told, the form of the answer, and how to write.

    `read` raises WritingError, or GateRefusedError for what the gate refuses; what `kept` makes of a text,
    `read` reads again.
    """

    name: str
    facts: Mapping[str, Any]
    form: Form
    person: str
    read: Callable[[str], T]
    kept: Callable[[T], bytes]
    instructions: str = INSTRUCTIONS

    def prompt(self, refused: str | None = None) -> Prompt:
        """What a model is asked; `refused` is why its last answer was not taken."""
        return prompt_of(self.facts, refused, self.instructions)

    def key(self, model: str) -> str:
        """The key under which the text of a model is kept: it is the same for all who can share it."""
        return key_of(self.name, VERSION, model, self.facts)


def personal_task(plan: MailPlan) -> TextTask[PersonalText]:
    """The prose around the sections of a mail."""
    read = partial(read_personal, language=plan.language, tokens=known_tokens(plan))
    return TextTask("introduction", personal_facts(plan), PERSONAL_FORM, plan.person, read, personal_bytes)


def sections_task(plan: MailPlan) -> TextTask[Sections]:
    """The prose of the sections of a mail."""
    read = partial(read_sections, language=plan.language)
    return TextTask(
        "sections", section_facts(plan.language), SECTIONS_FORM, plan.person, read, sections_bytes
    )


def invitation_task(plan: InvitePlan) -> TextTask[PersonalText]:
    """All prose of an invitation."""
    known = frozenset(plan.values)
    read = partial(read_personal, language=plan.language, tokens=known, required=plan.required)
    return TextTask(
        "invitation",
        invite_facts(plan),
        INVITATION_FORM,
        plan.person,
        read,
        personal_bytes,
        INVITE_INSTRUCTIONS,
    )


def letter_task(plan: LetterPlan) -> TextTask[PersonalText]:
    """All prose of a letter."""
    read = partial(read_personal, language=plan.language, tokens=frozenset(plan.values))
    return TextTask(
        "letter", letter_facts(plan), LETTER_FORM, plan.person, read, personal_bytes, LETTER_INSTRUCTIONS
    )


def tasks_of(plan: MailPlan) -> tuple[TextTask[PersonalText], TextTask[Sections]]:
    """Both texts of a mail."""
    return personal_task(plan), sections_task(plan)
