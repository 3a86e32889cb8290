"""The second step: what is known of the moment and of the way of a message. Each analyser is a row. Pure.

A field whose value is not known is None. A new analyser is a function and a row of CONTEXT_ANALYSERS.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from schemas.days import zone_of
from schemas.model import utc
from workers.mail.engine.message_template import MessageTemplate
from workers.mail.engine.platforms import Platform
from workers.mail.engine.prospect_profile import ProspectProfile

ContextData = Mapping[str, Mapping[str, Any]]
RECENT = timedelta(days=30)
PARTS_OF_DAY = ((5, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"), (24, "night"))


class Situation(NamedTuple):
    """What analysers look at: a person, a template, the platform, and the time."""

    profile: ProspectProfile
    template: MessageTemplate
    platform: Platform
    at: datetime


class ContextAnalyser(NamedTuple):
    """A part of the context: its name, and its fields in a situation."""

    name: str
    analyse: Callable[[Situation], Mapping[str, Any]]


def platform_context(situation: Situation) -> Mapping[str, Any]:
    """What the platform allows."""
    platform = situation.platform
    return {
        "name": platform.name,
        "has_subject": "subject" in platform.parts,
        "most_links": platform.most_links,
        "is_short": platform.longest_text < 1_000,
    }


def history_context(situation: Situation) -> Mapping[str, Any]:
    """What went on between the person and us; `messages_in_30_days` None: no times are known."""
    profile, at = situation.profile, utc(situation.at)
    times = [time for time in profile.sent_at if time <= at]
    return {
        "messages_sent": profile.behaviour.get("total_messages_sent", len(times) or None),
        "messages_in_30_days": sum(at - time < RECENT for time in times) if times else None,
        "days_since_last_message": (at - times[-1]).days if times else None,
        "events_attended": profile.behaviour.get("number_of_events_attended"),
    }


def timing_context(situation: Situation) -> Mapping[str, Any]:
    """The time where the person is; None where that is not known."""
    zone = situation.profile.time_zone
    if zone is None:
        return {"local_hour": None, "part_of_day": None, "is_weekend": None}
    try:
        local = utc(situation.at).astimezone(zone_of(zone))
    except OverflowError:  # at the ends of the calendar
        local = utc(situation.at)
    part = next(name for until, name in PARTS_OF_DAY if local.hour < until)
    return {"local_hour": local.hour, "part_of_day": part, "is_weekend": local.weekday() >= 5}


def channel_context(situation: Situation) -> Mapping[str, Any]:
    """By which ways the person can be reached, and whether this is the one that they prefer."""
    profile, name = situation.profile, situation.platform.name
    preferred = profile.preferences.get("preferred_platform", profile.preferences.get("preferred_channel"))
    return {
        "reachable": sorted(profile.reachable) or None,
        "preferred": preferred,
        "is_preferred": None if preferred is None else preferred == name,
    }


CONTEXT_ANALYSERS = (
    ContextAnalyser("platform", platform_context),
    ContextAnalyser("history", history_context),
    ContextAnalyser("timing", timing_context),
    ContextAnalyser("channel", channel_context),
)


def context_of(
    profile: ProspectProfile,
    template: MessageTemplate,
    platform: Platform,
    at: datetime,
    analysers: tuple[ContextAnalyser, ...] = CONTEXT_ANALYSERS,
) -> dict[str, dict[str, Any]]:
    """The context of a message at a time: the fields of each analyser, by its name."""
    situation = Situation(profile, template, platform, at)
    return {row.name: dict(row.analyse(situation)) for row in analysers}


def known_fields(context: ContextData) -> Iterator[str]:
    """The fields that have a value: `timing.local_hour`."""
    for name, fields in context.items():
        yield from (f"{name}.{field}" for field, value in fields.items() if value is not None)


def field_of(context: ContextData, name: str) -> Any:
    """The value of a field, such as `timing.local_hour`; None if it is not known."""
    analyser, _, field = name.partition(".")
    return context.get(analyser, {}).get(field)
