"""The model's answer: its JSON schema, and the checks a text must pass before anybody can get it."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.mail import Language
from workers.mail.writer import WritingError

LINK = re.compile(r"https?:|www\.|\S@\S|\{\{", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
HIRAGANA = re.compile(r"[\u3041-\u309f]")
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
LINES = {"subject": 120, "closing": 200}
PARAGRAPHS, PARAGRAPH = 6, 1200


class Draft(BaseModel):
    """A mail as the model gives it back, without the greeting; the lengths are checked afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True)

    subject: str = Field(description="one line, at most 60 characters")
    body: list[str] = Field(description="one to three paragraphs")
    closing: str = Field(description="one line")


def text_format() -> dict[str, Any]:
    """The structured-output format to ask for: strict, every property required, nothing more."""
    schema = Draft.model_json_schema()
    return {"type": "json_schema", "name": "mail", "strict": True, "schema": schema}


def read_draft(answer: str, language: Language) -> Draft:
    """The draft of an answer; raises WritingError that names the part which is wrong, without its text."""
    try:
        draft = Draft.model_validate_json(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "answer"
        raise WritingError(f"the answer is no mail: {place}: {first['type']}") from None
    for name, limit in LINES.items():
        check_line(name, getattr(draft, name), limit)
    if not 1 <= len(draft.body) <= PARAGRAPHS:
        raise WritingError(f"the text has {len(draft.body)} paragraphs, 1 to {PARAGRAPHS} are allowed")
    for number, paragraph in enumerate(draft.body):
        check_line(f"body.{number}", paragraph, PARAGRAPH)
    check_language("".join(draft.body), language)
    return draft


def check_line(name: str, text: str, limit: int) -> None:
    """One part: not empty, not too long, one line, no link, address or placeholder."""
    if not text.strip():
        raise WritingError(f"{name} is empty")
    if len(text) > limit:
        raise WritingError(f"{name} has {len(text)} characters, {limit} are allowed")
    if CONTROL.search(text):
        raise WritingError(f"{name} holds a line break or control character")
    if LINK.search(text):
        raise WritingError(f"{name} holds a link, an address or a placeholder")


def check_language(text: str, language: Language) -> None:
    """Japanese has hiragana; English is not mostly Japanese (names of venues may be)."""
    if language == "ja" and not HIRAGANA.search(text):
        raise WritingError("the text is not Japanese")
    if language == "en" and len(JAPANESE.findall(text)) * 2 > len(text):
        raise WritingError("the text is not English")
