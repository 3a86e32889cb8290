"""What a model is asked for an invitation to an event. Pure.

It sees no word of a stranger: neither title nor host nor venue, and of the reasons their kinds alone.
"""

from typing import Any

from workers.writing.invite_plan import InvitePlan
from workers.writing.prompts import NAMES, PERSONAL, RULES, texts_schema, told_style, told_tokens
from workers.writing.request import Form
from workers.writing.texts import PersonalText

ABOUT_EVENTS = """\
You write the prose of short, warm e-mails that invite one reader to one event.
Code adds the event, its date, its place and the reasons."""
INSTRUCTIONS = ABOUT_EVENTS + RULES
MEANINGS = {  # of the tokens
    "event.title": "what the event is called",
    "event.date": "the day of the event",
    "event.time": "when it begins on that day",
    "event.venue": "where it is",
    "event.host": "who hosts it",
}
KINDS = {  # of the reasons
    "friends": "people whom the reader has met are coming",
    "host": "the reader has been to events of the host",
    "event_type": "the reader has been to such events",
    "venue": "the reader has been at the venue",
    "place": "it is near the reader",
    "cuisine": "the reader likes such food",
    "interest": "it is about an interest of the reader",
    "weekday": "the reader often comes on that day of the week",
}
PARTS = PERSONAL | {
    "subject": "the subject: one line that names the event, at most 50 characters in English, 28 in Japanese",
    "introduction": "two or three sentences that invite the reader to the event",
    "closing": "one or two kind sentences after the event",
}
INVITATION_FORM = Form("invitation", texts_schema(PersonalText._fields))


def invite_facts(plan: InvitePlan) -> dict[str, Any]:
    """What is told for an invitation: kinds of reasons, so that readers can share a text."""
    return {
        "language": NAMES[plan.language],
        "write": PARTS,
        "reasons": [KINDS[code] for code in sorted(plan.codes)],
        "tokens": told_tokens(MEANINGS, plan.values),
        **told_style(plan.style),
    }
