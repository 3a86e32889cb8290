"""The first step: what is known of the person to whom a message goes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.days import is_time_zone
from schemas.mail import MOMENT, READ_ERRORS, Language
from schemas.profile import EnrichedProfile
from workers.mail.engine.errors import ProspectError
from workers.mail.engine.placeholders import protected_of, values_of

ID_FIELDS = ("id", "person", "user_id", "_id")
LONGEST_ID = 512
COUNTS = ("total_messages_sent", "number_of_events_attended", "total_orders", "jobs_viewed")
POINTS = ("first_name", "event", "interest", "skill", "industry", "venue", "host", "cuisine", "occupation")
MOST_TIMES = 1_000


@dataclass(frozen=True, slots=True)
class ProspectProfile:
    """A person as messages see them. What is not known is absent, or None.

    `values` are those of placeholders, fit to be shown; `points` the placeholders that make a message
    personal, the best one first; `protected` what may stand in no text.
    """

    person: str
    language: Language | None
    time_zone: str | None
    values: Mapping[str, str]
    preferences: Mapping[str, str]
    behaviour: Mapping[str, int]
    points: tuple[str, ...]
    protected: frozenset[str]
    sent_at: tuple[datetime, ...]
    reachable: frozenset[str]

    @property
    def is_known(self) -> bool:
        """Whether the person has done something with us."""
        return any(self.behaviour.values())


def profile_of(prospect: object) -> ProspectProfile:
    """The profile of a prospect: an id, a mapping with one, or an EnrichedProfile; else ProspectError.

    A field that holds what it should not is one that is not known.
    """
    fields = fields_of(prospect)
    values = values_of(fields)
    return ProspectProfile(
        person=_person(fields),
        language=language_of(fields),
        time_zone=_zone(fields),
        values=values,
        preferences={
            name: text
            for name in ("preferred_platform", "preferred_channel", "preferred_tone")
            if isinstance(text := fields.get(name), str)
        },
        behaviour={name: fields[name] for name in COUNTS if _is_count(fields.get(name))},
        points=tuple(name for name in POINTS if name in values),
        protected=protected_of(fields),
        sent_at=sent_times(fields),
        reachable=frozenset(
            channel
            for channel, name in (("email", "email"), ("sms", "phone"), ("push", "push_token"))
            if fields.get(name)
        ),
    )


def fields_of(prospect: object) -> Mapping[str, Any]:
    """The fields of a prospect."""
    if isinstance(prospect, EnrichedProfile):
        return prospect.model_dump()
    if isinstance(prospect, Mapping):
        return prospect
    if isinstance(prospect, str) or (isinstance(prospect, int) and not isinstance(prospect, bool)):
        return {"id": prospect}
    raise ProspectError(
        "a prospect is a person's id, a mapping with `id`, or an EnrichedProfile, "
        f"not {type(prospect).__name__}"
    )


def language_of(fields: Mapping[str, Any]) -> Language | None:
    """The language of a person; None for another one, or none."""
    for name in ("preferred_language", "language"):
        text = fields.get(name)
        folded = text.strip().casefold()[:20] if isinstance(text, str) else ""
        if folded.startswith("ja") or folded == "日本語":
            return "ja"
        if folded.startswith("en"):
            return "en"
    return None


def sent_times(fields: Mapping[str, Any]) -> tuple[datetime, ...]:
    """When messages were sent to the person, as far as it is known, oldest first."""
    listed = fields.get("messages_sent_at")
    raw = list(listed)[:MOST_TIMES] if isinstance(listed, list | tuple) else []
    times = [_moment(each) for each in (*raw, fields.get("last_contact_at"))]
    if not any(times):
        times = [_moment(fields.get("last_message_sent_date"))]
    return tuple(sorted({each for each in times if each is not None}))


def _moment(value: object) -> datetime | None:
    try:
        return None if value is None else MOMENT.validate_python(value)
    except READ_ERRORS:
        return None


def _person(fields: Mapping[str, Any]) -> str:
    for name in ID_FIELDS:
        value = fields.get(name)
        if value is not None and not isinstance(value, bool | float | list | tuple | dict | set):
            text = str(value).strip()
            if text and len(text) <= LONGEST_ID:
                return text
    raise ProspectError("the prospect has no id: give one as `id`, a text of at most 512 characters")


def _zone(fields: Mapping[str, Any]) -> str | None:
    names = (fields.get("time_zone"), fields.get("preferred_time_zone"))
    return next((name for name in names if isinstance(name, str) and name and is_time_zone(name)), None)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
