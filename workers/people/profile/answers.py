"""What a person answered counts where the product's own document says nothing."""

from typing import Any

from msgspec.structs import replace

from schemas.questions import QUESTIONS
from workers.people.state import StoredPerson, StoredUser
from workers.product.reading.answers import read_answered
from workers.product.reading.values import READ_ERRORS


def answered_user(stored: StoredPerson) -> StoredUser | None:
    """The user document with its empty fields filled by the person's answers; None without a document.

    Everything that reads what is known of a person reads this, so that profile and decision agree. An answer
    that cannot be read as its field changes nothing.
    """
    user = stored.user
    if user is None or not stored.answers:
        return user
    filled: dict[str, Any] = {}
    for key, answer in stored.answers.items():
        field = key.rpartition("/")[2]  # of PERSON/FIELD
        if field in QUESTIONS and not has_value(user, field):
            try:
                filled[field] = read_answered(field, answer.value)
            except READ_ERRORS:
                continue
    return replace(user, **filled) if filled else user


def has_value(user: StoredUser, field: str) -> bool:
    """Whether the document has a field; the age also by the birth date (an age of 0 is none)."""
    return bool(getattr(user, field)) or (field == "age" and user.birth_date is not None)
