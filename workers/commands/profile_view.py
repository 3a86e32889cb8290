"""Formats a profile for a terminal. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from schemas.names import full_name
from schemas.profile import Affinity, DataQuality, DocumentNote, EnrichedProfile, PastEvent
from workers.runtime.process.terminal import safe
from workers.serve.changes import Totals

NOTHING = "–"
# a heading and the fields of a profile below it; name, id, as_of and summary come before all sections
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Person",
        (
            "email",
            "role",
            "language",
            "preferred_language",
            "time_zone",
            "preferred_time_zone",
            "age",
            "stated_age",
            "birth_date",
            "gender",
            "occupation",
            "relationship_status",
            "home_neighborhood",
            "work_neighborhood",
            "interests",
            "cuisine_preference",
            "dietary_restrictions",
            "table_type_preference",
        ),
    ),
    (
        "Events",
        (
            "number_of_events_attended",
            "first_event_date",
            "last_event_date",
            "last_event_venue",
            "days_since_last_event",
            "average_events_per_month",
            "event_history",
            "upcoming_events",
            "friends",
            "favorite_hosts",
            "favorite_event_types",
            "event_history_hosts",
            "venue_history",
        ),
    ),
    (
        "Messages",
        (
            "can_send_new_message",
            "cooldown_days",
            "last_contact_at",
            "has_sent_messages",
            "total_messages_sent",
            "last_message_sent_date",
            "days_since_last_message",
            "has_queued_messages",
            "queued_message_count",
        ),
    ),
    (
        "Orders and jobs",
        (
            "total_orders",
            "order_amount_total",
            "order_amount_average",
            "last_order_date",
            "decayed_spend",
            "jobs_viewed",
            "jobs_saved",
            "excluded_jobs",
            "jobs",
            "searches",
            "job_window_days",
        ),
    ),
    ("Likes", ("affinities",)),
    (
        "Readiness",
        (
            "personalization_score",
            "has_enough_fields_to_personalize",
            "should_request_more_details",
            "is_first_time_user",
            "is_healthy_active_user",
            "is_on_team",
            "activity_level",
            "changes_at",
        ),
    ),
    ("Data", ("data_quality", "truncated")),
)
# shown above the sections, or only for programs, which compute later profiles from them
NOT_IN_A_SECTION = {"id", "as_of", "name", "summary", "decays", "later"}


def sections() -> Iterator[tuple[str, Sequence[str]]]:
    """The headings with their fields; a field of the profile that has no section yet stands in the last."""
    yield from SECTIONS
    placed = NOT_IN_A_SECTION.union(*(fields for _, fields in SECTIONS))
    if others := [field for field in EnrichedProfile.model_fields if field not in placed]:
        yield "Other", others


def profile_page(profile: EnrichedProfile) -> RenderableType:
    """A profile: name, id and time, the summary, then every field by section; an empty field is a dash."""
    name = full_name(profile.name, profile.email) or "somebody without a name"
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for heading, fields in sections():
        table.add_row("")
        table.add_row(safe(heading, style="bold not dim"))
        for field in fields:
            table.add_row(f"  {field.replace('_', ' ')}", safe(as_text(getattr(profile, field))))
    title = safe(name, "bold") + safe(f"  {profile.id}, as of {as_text(profile.as_of)}")
    return Group(title, safe(), safe(profile.summary), table)


def unknown(person: str, kind: str, totals: Totals) -> str:
    """The error line for a person of whom the read model has none of a `kind`, with a hint."""
    if totals.people or any(totals.verdicts.values()):
        hint = f"it holds {totals.people} people; ids are those of your users, as text"
    else:
        hint = "it is empty: does `kairos worker serve` run, with the same REDIS_URL and KAIROS_PREFIX?"
    return f"the read model has no {kind} of {person}; {hint}"


def as_text(value: Any) -> str:
    """A field's value as text; a dash when it is empty. Times are UTC."""
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, PastEvent):
        return ", ".join(str(part) for part in (value.name, value.date, value.venue) if part) or NOTHING
    if isinstance(value, Affinity):
        return f"{value.name} {value.weight:.2f}"
    if isinstance(value, DocumentNote):
        return f"{value.document}: {value.field}: {value.reason}"
    if isinstance(value, DataQuality):
        missing = [f"missing: {', '.join(value.missing)}"] if value.missing else []
        return "\n".join([*missing, *map(as_text, (*value.malformed, *value.contradictory))]) or NOTHING
    if isinstance(value, dict):
        return (
            "\n".join(f"{name.replace('_', ' ')}: {as_text(each)}" for name, each in value.items()) or NOTHING
        )
    if isinstance(value, list):
        return ("\n" if isinstance(value[0], PastEvent) else ", ").join(as_text(item) for item in value)
    return str(value)
