"""People and templates that the tests of the engine are made with."""

from datetime import UTC, datetime
from typing import Any

from workers.mail.engine import FeedbackLoop, IntelligentPersonalizationEngine, MessageTemplate
from workers.mail.engine.results import PersonalizedMessage
from workers.recommend.variations.choice import ChoiceRules

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
FREE = ChoiceRules(control_share=0, hold_out_share=0)  # nobody is in a group
SARAH: dict[str, Any] = {
    "id": "sarah",
    "name": "Sarah Chen",
    "email": "sarah.chen@example.com",
    "phone": "+81 90-1234-5678",
    "age": 32,
    "preferred_language": "en",
    "time_zone": "Asia/Tokyo",
    "interests": ["jazz"],
    "skills": ["Rust"],
    "industry": "finance",
    "last_event_venue": "The Vault",
    "favorite_hosts": ["Mario"],
    "number_of_events_attended": 4,
    "total_messages_sent": 5,
    "messages_sent_at": ["2026-09-01T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-25T00:00:00Z"],
}
BODY = (
    "There is a concert on Friday, and it begins at seven. The band is {{interest|good}}. "
    "Doors open at six. {{company}} has its own table. Bring a friend."
)
TEMPLATE = MessageTemplate(
    body=(BODY,),
    subject="A concert on Friday",
    greeting="Hello {{first_name|there}},",
    call_to_action="Read more: https://example.com/concert?a=1",
    closing="Your team",
)


def engine(**options: Any) -> IntelligentPersonalizationEngine:
    """An engine whose clock stands still."""
    given: dict[str, Any] = {"user_id": 123, "rules": FREE, "clock": now} | options
    return IntelligentPersonalizationEngine(**given)


def now() -> int:
    """AT in epoch milliseconds."""
    return int(AT.timestamp() * 1000)


def message(decision_id: str = "sarah:1", reason: str = "drawn", arm: str = "casual") -> PersonalizedMessage:
    """A message with an arm of the tone, in the segment `s`."""
    arms = {"tone": f"tone:{arm}"}
    return PersonalizedMessage(
        decision_id, "sarah", "email", "en", "template", "s", "Hello", "Text", {}, arms, arms, reason
    )


async def reported(loop: FeedbackLoop, *reports: tuple[PersonalizedMessage, str, str]) -> FeedbackLoop:
    """A loop that has heard of messages: what happened, and when."""
    for each, outcome, at in reports:
        await loop.update_model(each, {"outcome": outcome, "at": at})
    return loop
