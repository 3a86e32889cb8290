"""No text that the engine gives breaks a rule of its platform, whatever people and templates hold.

The rules are checked by a second, plain reading of them, which shares no code with the engine.
"""

import asyncio
import re
import unicodedata
from typing import Any

import pytest
import regex
from hypothesis import event, given
from hypothesis import strategies as st

from tests.unit.mail.engine.prospects import AT, engine
from workers.mail.engine import PersonalizationError, PersonalizedMessage
from workers.recommend.variations.choice import ArmScore

HOSTILE = [
    "www.evil.example", "evil.com", "ｅｖｉｌ．ｃｏｍ", "abc。com", "https://evil.example/x?a=1",
    "javascript:alert(1)",
    "{{first_name}}", "{{email}}", "{% if x %}", "${x}", "<b>bold</b>", "<script src=x>",
    "&lt;i&gt;x&lt;/i&gt;",
    "\u202eabc", "ab\u200bc", "a\x00b", "a\x1b[31mb", "line\nbreak", "tab\there",
    "\ud800", "e\u0301\u0302\u0303\u0304",
    "090-1234-5678", "+81 90 1234 5678", "〒150-0001", "jun@example.com", "jun＠example．com",
    "[name]", "null", " ",
    "word " * 100, "長い" * 300, "😀" * 60, "👩‍👩‍👧‍👦", "O'Neil & Söhne", "田中太郎",
    "Dr. Chen", "a. b. c.", "STOP", "…",
]  # fmt: skip
TEXTS = (
    st.sampled_from(HOSTILE)
    | st.text(max_size=60)
    | st.sampled_from(["jazz", "Mia Sato", "The Vault", "Rust"])
)
VALUES = TEXTS | st.lists(TEXTS, max_size=3) | st.none() | st.integers() | st.binary(max_size=4)
FIELDS = [
    "name", "first_name", "interests", "cuisine_preference", "last_event_venue", "favorite_hosts",
    "occupation",
    "company", "industry", "skills", "email", "phone", "language", "time_zone", "preferred_tone",
    "messages_sent_at",
]  # fmt: skip
PEOPLE = st.dictionaries(st.sampled_from(FIELDS), VALUES).map(lambda fields: {"id": "mia"} | fields)
# a template that is good by itself: there is a message, whatever the person's fields hold
GOOD = st.sampled_from(
    [
        "Hello {{first_name|there}}. We play on Friday. The band likes {{interest}}, {{host|too}}. Come.",
        "We play at {{venue|the hall}}. {{company}} and {{skill}} have their own table. {{industry}}.",
        "{{name}}様、金曜日に演奏会があります。{{interest}}と{{venue}}の方へ。お待ちしております。",
        {
            "body": ["News for {{occupation|you}}.", "{{cuisine}}!"],
            "subject": "{{name}}",
            "closing": "{{host}}",
        },
        {"body": "We play. " * 40, "subject": "{{interest|x}} {{venue|y}}", "greeting": "{{name}} {{skill}}"},
    ]
)
PARTS = ["subject", "greeting", "opening", "call_to_action", "closing"]
WRITTEN = st.lists(
    TEXTS | st.sampled_from(["We play.", "{{interest}}", "https://example.com/a"]), max_size=5
).map(" ".join)
ODD = st.builds(
    lambda body, parts: {"body": body, **parts}, WRITTEN, st.dictionaries(st.sampled_from(PARTS), WRITTEN)
)
ARMS = [
    f"{kind}:{name}" for kind in ("tone", "opening") for name in ("casual", "interest", "venue", "friendly")
]
SCORES = st.dictionaries(st.sampled_from(ARMS), st.builds(ArmScore, st.floats(0, 99), st.floats(0, 99)))

LINK = re.compile(r"[a-z]+://\S*", re.IGNORECASE)
GSM_7 = set("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà 0123456789") | {
    chr(code) for first, last in ("AZ", "az") for code in range(ord(first), ord(last) + 1)
}
MOST_LINKS = {"email": 10, "linkedin": 1, "sms": 1, "push": 0}
JOINED = "\u200d\ufe0f"  # inside of an emoji


def is_within_three_short_messages(text: str) -> bool:
    """153 septets each, else 67 units of UTF-16; the characters of the extension table count twice."""
    if set(text) <= GSM_7 | set("^{}\\[~]|€"):
        return len(text) + sum(text.count(each) for each in "^{}\\[~]|€") <= 459
    return sum(1 + (ord(each) > 0xFFFF) for each in text) <= 201


def breaks(message: PersonalizedMessage, person: dict[str, Any]) -> list[str]:
    """The rules that a message breaks, read plainly."""
    subject, text, platform = message.subject, message.text, message.platform
    whole = f"{subject}\n{text}"
    bare = LINK.sub(" ", whole)
    links = LINK.findall(whole)
    shown = {each for each in whole if each not in JOINED and each != "\n"}
    signs = {unicodedata.category(each) for each in shown if not "\U000e0100" <= each <= "\U000e01ef"}
    longest = {
        "email": len(regex.findall(r"\X", text)) <= 10_000 and len(regex.findall(r"\X", subject)) <= 78,
        "linkedin": len(text.encode("utf-16-le")) <= 3_800,
        "sms": is_within_three_short_messages(text),
        "push": len(regex.findall(r"\X", text)) <= 150 and len(regex.findall(r"\X", subject)) <= 50,
    }
    protected = [person.get(name) for name in ("email", "phone")]
    secrets = [s.strip().casefold() for s in protected if isinstance(s, str) and len(s.strip()) >= 6]
    rules = {
        "length": longest[platform],
        "body": bool(message.parts.get("body", "").strip()),
        "subject": bool(subject.strip()) == (platform in ("email", "push")) and "\n" not in subject,
        "opt-out": platform not in ("email", "sms") or bool(re.search("STOP|unsubscribe|配信停止", text)),
        "one line": platform in ("email", "linkedin") or "\n" not in text,
        "invisible": not signs & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"},
        "links": len(links) <= MOST_LINKS[platform] and all(each.startswith("https://") for each in links),
        "hosts": not re.search(
            r"(?i)www\.|\w\.(?:com|example|org|jp)\b|\w[@＠]\w+[.．]\w|．ｃｏｍ|javascript:", bare
        ),
        "telephones": not re.search(r"0\d{1,3}-\d{3,4}-\d{4}|\+81|〒\d", bare),
        "markup": not re.search(r"(?i)</?(?:b|i|script)\b|\{\{|\{%|\$\{|\[name\]", bare),
        "personal data": not any(secret in whole.casefold() for secret in secrets),
    }
    return [name for name, is_kept in rules.items() if not is_kept]


def written(
    person: dict[str, Any], template: object, platform: str, decision: str, scores: dict[str, ArmScore]
) -> PersonalizedMessage:
    """The message of a new engine with this evidence."""
    made = engine(scores=lambda segment: scores)
    result = asyncio.run(
        made.personalize_message(person, template, platform=platform, decision_id=decision, at=AT)
    )
    return result.message


@pytest.mark.parametrize("platform", MOST_LINKS)
@given(PEOPLE, GOOD, st.text(max_size=8), SCORES)
def test_p13_p15_no_person_makes_a_message_break_a_rule(
    platform: str, person: dict[str, Any], template: object, decision: str, scores: dict[str, ArmScore]
) -> None:
    """P13, P15: whatever people hold, a good template always gives a message."""
    assert breaks(written(person, template, platform, decision, scores), person) == []


@pytest.mark.parametrize("platform", MOST_LINKS)
@given(PEOPLE, ODD, st.text(max_size=8), SCORES)
def test_p13_p15_no_template_makes_a_message_break_a_rule(
    platform: str, person: dict[str, Any], template: object, decision: str, scores: dict[str, ArmScore]
) -> None:
    """P13, P15: a template that breaks a rule is refused."""
    try:
        message = written(person, template, platform, decision, scores)
    except PersonalizationError as error:
        event(f"refused: {type(error).__name__}")
        return
    event("written")
    assert breaks(message, person) == []


def test_p15_the_plain_reading_sees_what_breaks_a_rule() -> None:
    """P15: it would pass anything otherwise."""
    wrong = {
        "length": "x" * 600,
        "opt-out": "Hello",
        "invisible": "STOP \u202e",
        "links": "STOP https://a.example https://b.example",
        "hosts": "STOP www.evil.example",
        "telephones": "STOP 090-1234-5678",
        "markup": "STOP <b>",
        "one line": "STOP\nnow",
        "personal data": "STOP mia-secret",
    }
    for rule, text in wrong.items():
        message = PersonalizedMessage(
            "d", "mia", "sms", "en", "t", "s", "", text, {"body": "x"}, {}, {}, "drawn"
        )
        assert rule in breaks(message, {"email": "mia-secret"}), rule
