"""The model's answer: its JSON schema, and the checks a text must pass before it is sent."""

import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.mail import Language
from workers.writing.errors import WritingError
from workers.writing.request import Form

LINK = re.compile(r"https?:|www\.|\S@\S|\{\{", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
HIRAGANA = re.compile(r"[\u3041-\u309f]")
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
MAX_LINE_CHARACTERS = {"subject": 120, "closing": 200}
MAX_PARAGRAPHS, MAX_PARAGRAPH_CHARACTERS = 6, 1200


class Draft(BaseModel):
    """A mail as the model returns it, without the greeting; the lengths are checked by `read_draft`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    subject: str = Field(description="one line, at most 60 characters")
    body: list[str] = Field(description="one to three paragraphs")
    closing: str = Field(description="one line")


def text_form() -> Form:
    """The form of an answer: every property required, no others allowed."""
    return Form("mail", Draft.model_json_schema())


def read_draft(answer: str, language: Language) -> Draft:
    """Parse and check an answer; raises WritingError, which names the invalid part but not its text."""
    try:
        draft = Draft.model_validate_json(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(map(str, first["loc"])) or "answer"
        raise WritingError(f"the answer is no mail: {path}: {first['type']}") from None
    for name, limit in MAX_LINE_CHARACTERS.items():
        check_line(name, getattr(draft, name), limit)
    if not 1 <= len(draft.body) <= MAX_PARAGRAPHS:
        raise WritingError(f"the text has {len(draft.body)} paragraphs, 1 to {MAX_PARAGRAPHS} are allowed")
    for number, paragraph in enumerate(draft.body):
        check_line(f"body.{number}", paragraph, MAX_PARAGRAPH_CHARACTERS)
    check_language("".join(draft.body), language)
    return draft


def check_line(name: str, text: str, limit: int) -> None:
    """Check one part: not empty, not too long, one line, no link, address or placeholder."""
    if not text.strip():
        raise WritingError(f"{name} is empty")
    if len(text) > limit:
        raise WritingError(f"{name} has {len(text)} characters, {limit} are allowed")
    if CONTROL.search(text):
        raise WritingError(f"{name} holds a line break or control character")
    if LINK.search(text):
        raise WritingError(f"{name} holds a link, an address or a placeholder")


def check_language(text: str, language: Language) -> None:
    """Check the language: Japanese has hiragana, English is at most half Japanese (names of venues)."""
    if language == "ja" and not HIRAGANA.search(text):
        raise WritingError("the text is not Japanese")
    if language == "en" and len(JAPANESE.findall(text)) * 2 > len(text):
        raise WritingError("the text is not English")
