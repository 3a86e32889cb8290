"""Whether a person agreed to mails: what their document says, and what was said elsewhere."""

from typing import Any

import pytest

from schemas.documents import User
from tests.world import DAY_MS, World, ms
from workers.people.contact_state import Permissions, StoredConsent
from workers.people.decision.case import consents_of
from workers.people.state import StoredUser
from workers.people.stored_facts import USER_FIELDS
from workers.product.mapping import map_document
from workers.product.reading import read
from workers.product.reading.clock import clock_at
from workers.product.sources import read_sources

NOW = ms("2024-02-10")
EARLY, LATE, NEVER = NOW - 2 * DAY_MS, NOW - DAY_MS, NOW + 400 * DAY_MS
Said = tuple[bool, int | None] | None


def agreed(document: Said, elsewhere: tuple[bool, int] | None = None) -> bool | None:
    """Whether a person agreed: of their document, and of the topic `consents`, what and when."""
    given, at = document or (None, None)
    fields: dict[str, Any] = dict.fromkeys(USER_FIELDS) | {"mail_consent": given}
    user = StoredUser(version=(1, 1), mail_consent_at=at, **fields)
    permissions = Permissions()
    if elsewhere is not None:
        permissions.consents["c"] = StoredConsent((1, 1), "mail", *elsewhere)
    return consents_of(user, permissions, NOW).get("mail")


@pytest.mark.parametrize(
    ("document", "elsewhere", "expected"),
    [
        (None, None, None),
        ((True, LATE), None, True),
        ((False, None), None, False),
        ((True, LATE), (False, EARLY), True),
        ((False, LATE), (True, EARLY), False),
        ((True, EARLY), (False, LATE), False),
        ((False, EARLY), (True, LATE), True),
        ((True, LATE), (False, LATE), False),
        ((True, None), (False, EARLY), False),
        ((False, None), (True, LATE), False),
        ((True, NEVER), (False, EARLY), False),
        ((False, NEVER), (True, LATE), False),
        ((True, EARLY), (False, NEVER), False),
        ((False, EARLY), (True, NEVER), False),
        ((True, LATE), (True, NEVER), True),
    ],
)
def test_what_was_said_last_counts_and_without_a_time_the_refusal(
    document: Said, elsewhere: tuple[bool, int] | None, expected: bool | None
) -> None:
    """A time that cannot be true is none: a wrong clock makes no agreement the last word."""
    assert agreed(document, elsewhere) is expected


def decided(**fields: object) -> tuple[str, str | None]:
    """What is decided of a person whose document in the product has these fields, under the given names."""
    names = {"mail_consent": "settings.news", "mail_consent_at": "settings.news_since"}
    source = read_sources({"users": {"fields": names}}).of("users")
    document = {"_id": "mia", "email": "mia@x.jp", "age": 30, "occupation": "cook", "interests": "tea"}
    document |= {"cuisine_preference": "Thai", "settings": fields}
    user = read(User, map_document(source, document), clock_at(NOW, 0))
    world = World()
    world.put("users", user)
    world.settle("2024-02-10")
    decision = world.decision("mia")
    assert decision is not None
    return decision.verdict, decision.reason


def test_a_mapped_field_of_the_user_refuses() -> None:
    """And an agreement is one, in the words of the product."""
    assert decided(news="no", news_since="2024-01-01") == ("wait", "consent")
    assert decided(news="yes", news_since="2024-01-01")[1] != "consent"
    assert decided(news="nobody knows")[1] != "consent"  # unknown: as the policy says
