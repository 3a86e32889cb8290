"""The rows of the platforms: what a message on each may have."""

import pytest

from tests.unit.mail.engine.prospects import SARAH, engine
from workers.mail.engine import PLATFORMS, ComplianceError, PersonalizationResult, StrategyError
from workers.mail.engine.platforms import sms_segments

BODY = "We play on Friday, at seven, in the hall by the river."


@pytest.mark.parametrize(
    ("text", "segments"),
    # 3GPP TS 23.038: septets, the extension table in two, and UCS-2 for all else
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("あ" * 70, 1),
        ("あ" * 71, 2),
        ("あ" * 134, 2),
        ("あ" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 159 + "😀", 3),
    ],
)
def test_p15_a_short_message_is_cut_as_the_network_cuts_it(text: str, segments: int) -> None:
    """P15: septets, or characters of two bytes."""
    assert sms_segments(text) == segments


async def written(platform: str, body: str = BODY, **parts: str) -> PersonalizationResult:
    """A message to Sarah on a platform."""
    template = {"body": body, "subject": "On Friday"} | parts
    return await engine().personalize_message(SARAH, template, platform=platform, decision_id="sarah:1")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_p15_each_platform_shows_its_parts_alone(platform: str) -> None:
    """P15: e-mail and SMS have a way to opt out, and SMS and LinkedIn no subject."""
    message = (await written(platform, greeting="Hello,", closing="Bye")).message

    assert set(message.parts) <= set(PLATFORMS[platform].parts)
    assert PLATFORMS[platform].required <= set(message.parts)
    assert bool(message.subject) == (platform in ("email", "push"))
    assert ("STOP" in message.text, "unsubscribe" in message.text) == (platform == "sms", platform == "email")


@pytest.mark.parametrize(
    ("platform", "body", "is_written"),
    [
        ("sms", "x" * 430, True),
        ("sms", "x" * 450, False),
        ("push", "x" * 150, True),
        ("push", "x" * 151, False),
        ("linkedin", "x" * 1_890, True),
        ("linkedin", "x" * 1_901, False),
        ("email", "x" * 9_900, True),
        ("email", "x" * 10_001, False),
        ("push", "See https://example.com/a for it.", False),
        ("sms", "See https://example.com/a for it.", True),
        ("linkedin", "See https://example.com/a and https://example.com/b here.", False),
        ("email", "See https://example.com/a and https://example.com/b here.", True),
    ],
)
async def test_p15_lengths_and_links_are_bounded(platform: str, body: str, is_written: bool) -> None:
    """P15: up to the bound there is a message, and none beyond."""
    if is_written:
        assert body in (await written(platform, body)).message.text
    else:
        with pytest.raises(ComplianceError, match=f"rules of {platform}"):
            await written(platform, body)


async def test_p15_a_subject_that_is_too_long_gives_way() -> None:
    """P15: another option has a shorter one."""
    message = (
        await written("push", subject="A subject of more than fifty characters, which no phone shows")
    ).message

    assert message.subject in ("A message for you", "Sarah, a message for you", "About jazz")


async def test_p15_mails_say_where_they_are_ended() -> None:
    """P15: with the sender's page in place of a reply."""
    known = engine(opt_out_url="https://example.com/u/1")

    assert (
        "Unsubscribe: https://example.com/u/1" in (await known.personalize_message(SARAH, BODY)).message.text
    )
    with pytest.raises(StrategyError, match="plain https link"):
        engine(opt_out_url="http://example.com")


@pytest.mark.parametrize("name", ["mail", "", "fax"])
async def test_p15_an_unknown_platform_is_refused_with_the_list(name: str) -> None:
    """P15, P7."""
    with pytest.raises(StrategyError, match="there are email, linkedin, sms, push"):
        await engine().personalize_message(SARAH, BODY, platform=name)
