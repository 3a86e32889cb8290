"""Suppressions and consents from the rows of a file: whom a row is about, and what it says. Pure.

No reason why a row cannot be used holds an address.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from schemas.mail import MOMENT, is_moment
from schemas.permissions import Consent, OfSubject, Suppression, SuppressionReason
from workers.commands.enrich_columns import MOST_SHOWN
from workers.commands.enrich_entries import RefusedFile
from workers.commands.permission_records import address_subjects, person_subject
from workers.product.field_spelling import fold
from workers.product.field_synonyms import SYNONYMS
from workers.product.reading.values import READ_ERRORS, clean_text, read_boolean

# the fields of a row, and under which other names they are read, folded
FIELDS: Mapping[str, Sequence[str]] = {
    "person": ("id", "userid", *SYNONYMS["user_id"]),
    "email": ("address", *SYNONYMS["email"]),
    "at": ("date", "time", "timestamp", "createdat", "created", "updatedat", "since", "日付", "日時"),
    "reason": ("type", "event", "status", "理由"),
    "purpose": ("topic", "list", "目的"),
    "given": ("consent", "optin", "subscribed", "granted", "同意"),
    "source": ("origin", "form", "出所"),
}
NAMES = {fold(other): field for field, others in FIELDS.items() for other in (field, *others)}
# what is in a reason, and the reason that it is; the first that fits counts
REASONS: tuple[tuple[str, SuppressionReason], ...] = (
    ("unsub", "unsubscribed"),
    ("optout", "unsubscribed"),
    ("bounce", "bounced"),
    ("complain", "complained"),
    ("spam", "complained"),
)


class ImportDefaults(NamedTuple):
    """What counts where a row does not say it: the time, who imports, purpose and source of consents."""

    at: datetime
    by: str
    purpose: str = "mail"
    source: str = "import"


RowReader = Callable[[Mapping[Any, Any], ImportDefaults], Sequence[OfSubject]]


def check_header(names: Sequence[str]) -> None:
    """RefusedFile for a header that names neither people nor addresses."""
    if not {"person", "email"} & {NAMES.get(fold(name)) for name in names}:
        shown = ", ".join(f"“{name}”" for name in names[:MOST_SHOWN] if "@" not in name)
        raise RefusedFile(f"has no header with person or email{': it begins with ' if shown else ''}{shown}")


def suppressions_of(row: Mapping[Any, Any], defaults: ImportDefaults) -> list[OfSubject]:
    """The suppressions of a row: of the person and of the address, where it has both. Raises ValueError."""
    fields = named(row)
    folded = fold(str(fields.get("reason") or ""))
    reason = next((reason for part, reason in REASONS if part in folded), "imported")
    at = time_of(fields, defaults)
    return [
        Suppression(subject=subject, reason=reason, at=at, by=defaults.by) for subject in subjects_of(fields)
    ]


def consents_of(row: Mapping[Any, Any], defaults: ImportDefaults) -> list[OfSubject]:
    """The consents of a row. Raises ValueError, also for one that does not say whether it was given.

    A consent of a person with an address is theirs alone; a refusal counts for whoever has the address, too.
    """
    fields = named(row)
    given = read_boolean(fields.get("given"))
    if given is None:
        raise ValueError("does not say whether it was given")
    purpose = fold_purpose(clean_text(str(fields.get("purpose") or "")) or defaults.purpose)
    source = clean_text(str(fields.get("source") or "")) or defaults.source
    at, subjects = time_of(fields, defaults), subjects_of(fields)
    return [
        Consent(subject=subject, purpose=purpose, given=given, at=at, source=source)
        for subject in (subjects[:1] if given else subjects)
    ]


def fold_purpose(purpose: str) -> str:
    """A purpose as one word: it stands in keys."""
    return "-".join(purpose.lower().split())


def subjects_of(fields: Mapping[str, Any]) -> list[str]:
    """The person and the addresses of a row, as subjects; raises ValueError without any.

    What cannot be read of them is left out, as long as something is left.
    """
    subjects: list[str] = []
    unread: Exception = ValueError("names neither a person nor an address")
    for field, read in (("person", person_subjects), ("email", address_subjects)):
        try:
            subjects += read(fields.get(field))
        except READ_ERRORS as error:
            unread = error
    if not subjects:
        raise unread
    return subjects


def person_subjects(value: object) -> list[str]:
    """The subject of a person's id, if there is one; raises ValueError for what cannot be one."""
    subject = person_subject(value)
    return [] if subject is None else [subject]


def time_of(fields: Mapping[str, Any], defaults: ImportDefaults) -> datetime:
    """The time of a row, at the latest that of the import; the latter for none that can be read."""
    value = fields.get("at")
    if not is_moment(value):
        return defaults.at
    return min(MOMENT.validate_python(value), defaults.at)


def named(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The fields of a row by their own names; of several for one field the first that is not empty."""
    fields: dict[str, Any] = {}
    for name, value in row.items():
        field = NAMES.get(fold(str(name)))
        if field is not None and fields.get(field) in (None, ""):
            fields[field] = value
    return fields
