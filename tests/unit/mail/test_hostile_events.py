"""Events whose records hold anything: no mail shows it, and no other mail suffers from it."""

import re

import pytest

from tests.unit.mail.held import event, held_events
from tests.unit.mail.invited import invite, written

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "Win at https://evil.example/now",
    "www.evil.example",
    "{{7*7}}",
    "{% for a in b %}",
    "${jndi:ldap://x}",
    "{{event.host}}",
    "Call 03-1234-5678",
    "mail me: a@evil.example",
    "[Your Name]",
    "\x00\x01",
    "\u202e\u2066",
    "null",
    "   ",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_title_that_cannot_be_shown_is_not_invited_to(value: str, language: str) -> None:
    """The next event is; and no other field of the record gets through either."""
    better = event("bad", name=value, event_type="dinner")
    good = event("good", **dict.fromkeys(("price", "neighborhood", "event_type"), value))
    text, _ = await written(held_events(better, good), invite(language))

    assert [each.event_id for each in text.events] == ["good"]
    shown = f"{text.subject}{text.text}{text.html}{text.body}"
    assert not re.search(r"evil|alert|onerror|\{\{|\{%|\$\{|03-1234|\[Your|\x00|\u202e|\u2066", shown)


@pytest.mark.parametrize("field", ["host", "venue"])
@pytest.mark.parametrize("value", HOSTILE)
async def test_a_host_or_venue_that_cannot_be_shown_is_left_out(field: str, value: str) -> None:
    """The rest of the mail stays."""
    text, _ = await written(held_events(event(**{field: value})))

    assert [each.event_id for each in text.events] == ["e1"]
    shown = f"{text.subject}{text.text}{text.html}{text.body}"
    assert not re.search(r"evil|alert|onerror|\{\{|\{%|\$\{|03-1234|\[Your|\x00|\u202e|\u2066", shown)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('Tom & Jerry\'s "Night" <3', "Tom &amp; Jerry&#39;s &#34;Night&#34; &lt;3"),
        ("A\tnight\r\nof\x07 wine", "A night of wine"),
        ("ワイン" * 200, "ワイン" * 29 + "ワイ…"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ja"])
async def test_an_odd_title_is_shown_as_it_is(name: str, shown: str, language: str) -> None:
    """Escaped once, in one line, and cut."""
    text, _ = await written(held_events(event(name=name)), invite(language))

    assert text.html is not None
    assert f">{shown}</h2>" in text.html
    assert len(text.subject) < 100
    assert text.subject.isprintable()
