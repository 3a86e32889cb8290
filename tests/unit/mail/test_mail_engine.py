"""How the worker's mails are chosen: the engine's steps for each kind, with the choices in the record."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from schemas.decision import SendDecision
from schemas.mail import MailVariation
from tests.unit.mail.held import AT, event, held_events
from tests.unit.mail.invited import SARAHS, URL, invite
from tests.unit.mail.mails import (
    FREE_RULES,
    FULL,
    JAPANESE,
    PLAIN_RULES,
    CountingWriter,
    banked_author,
    decision,
)
from tests.unit.mail.test_digest import jobs, live_board, profile_known
from tests.unit.recommend.boards import NOW, PLAIN
from workers.mail.digest_writer import DigestWriter, JobPicks
from workers.mail.email_record import email
from workers.mail.invite_writer import EventPicks, InviteWriter
from workers.mail.letter_writer import LetterWriter
from workers.mail.mail_engine import MailEngine
from workers.mail.mail_links import MailLinks
from workers.mail.plain_page import PageWriter
from workers.mail.templates import TemplateWriter
from workers.mail.writer import MailText
from workers.recommend.events.policy import EventPolicy
from workers.recommend.variations.choice import ArmScore
from workers.writing.author import Author

TYPES = {"tone", "opening", "call_to_action", "subject", "length"}
BRIEFS: dict[str, dict[str, Any]] = {"en": FULL, "ja": JAPANESE}
KINDS = ("digest", "invite", "letter", "question")
CASES = [(kind, language) for kind in KINDS for language in BRIEFS]


def made_for(kind: str, language: str = "en", **fields: Any) -> SendDecision:
    """A decision that leads to a mail of a kind."""
    brief = BRIEFS[language] | fields.pop("brief", {})
    if kind == "invite":
        return invite(language, brief=brief, **fields)
    campaign = "job-digest" if kind == "digest" else "default"
    return decision("ask" if kind == "question" else "send", brief, campaign=campaign, **fields)


def liking(*liked: str) -> MailEngine:
    """An engine that has seen people click these arms, and hardly any other."""

    def scores(segment: str, arms: Sequence[str]) -> Mapping[str, ArmScore]:
        return {arm: ArmScore(9e5, 1e5) if arm in liked else ArmScore(5, 9e5) for arm in arms}

    return MailEngine(scores, replace(FREE_RULES, floor=0.0), impact_share=1)


async def written(engine: MailEngine, made: SendDecision, author: Author | None = None) -> MailText:
    """The mail of a decision, whatever kind it is of."""
    author = author or banked_author()
    jobs_of = JobPicks(live_board(*jobs()), profile_known(None), PLAIN, lambda: NOW, engine=engine)
    events = EventPicks(
        events=held_events(event()),
        profile_of=profile_known(SARAHS),
        policy=EventPolicy(),
        clock=lambda: AT,
        links=MailLinks(event_url=URL),
        engine=engine,
    )
    letters = LetterWriter(author, TemplateWriter(), engine, profile_known(SARAHS))
    writer = PageWriter(DigestWriter(jobs_of, author, InviteWriter(events, author, letters)))
    return await writer.write(made)


def by_type(text: MailText) -> dict[str, MailVariation]:
    """The choices of a mail."""
    return {each.type: each for each in text.variations}


@pytest.mark.parametrize(("kind", "language"), CASES)
async def test_every_slot_of_every_mail_is_chosen_and_the_record_says_how(kind: str, language: str) -> None:
    """P1: subject, opening, tone, length and call to action, each with the probabilities of its arms."""
    made = made_for(kind, language)
    text = await written(MailEngine(rules=FREE_RULES), made)
    record = email(made, text, NOW)

    assert {each.type for each in record.choices} == TYPES
    assert record.variation == by_type(text)["subject"]
    for each in record.choices:
        assert each.segment == f"{kind}:{language}"
        assert each.sent is None
        assert each.arm.startswith(f"{each.type}:")
        assert "/" not in each.segment + each.arm
        assert each.probabilities[each.arm] > 0
        assert sum(each.probabilities.values()) == pytest.approx(1)
    varied = [each for each in record.choices if len(each.probabilities) > 1]
    assert len(varied) >= 4
    assert {each.reason for each in varied} == {"drawn"}


@pytest.mark.parametrize(("kind", "language"), CASES)
async def test_the_same_decision_has_the_same_mail(kind: str, language: str) -> None:
    """P2: one that is written again after a crash, and only that one."""
    engine, made = MailEngine(rules=FREE_RULES), made_for(kind, language)
    first, again = [await written(engine, made) for _ in range(2)]
    others = [await written(engine, made_for(kind, language, id=f"user_001:{n}")) for n in range(12)]

    assert (first.html, first.text, first.variations) == (again.html, again.text, again.variations)
    assert len({other.text for other in others}) > 3


@pytest.mark.parametrize(("kind", "language"), CASES)
async def test_what_people_click_is_in_the_mail(kind: str, language: str) -> None:
    """P1: greeting and farewell of a tone, a call to action, a short text; in both parts."""
    plain = await written(MailEngine(rules=PLAIN_RULES), made_for(kind, language))
    text = await written(
        liking("tone:casual", "call_to_action:question", "length:brief"), made_for(kind, language)
    )

    chosen = by_type(text)
    assert chosen["tone"].arm == "tone:casual"
    greeting, farewell = {
        "en": ("Hi Sarah,", "Until next time"),
        "ja": ("田中健二さん、こんにちは。", "それではまた。"),
    }[language]
    assert text.greeting == greeting
    for part in (text.html, text.text):
        assert part is not None
        assert farewell in part
    assert len(text.text or "") < len(plain.text or "") or kind == "question"
    assert email(made_for(kind, language), text, NOW).closing == farewell


@pytest.mark.parametrize(("kind", "language"), CASES)
async def test_the_control_group_gets_the_first_arms(kind: str, language: str) -> None:
    """P10: the mail that there was before anything was chosen."""
    engine = MailEngine(rules=PLAIN_RULES, impact_share=1)
    text = await written(engine, made_for(kind, language))

    choices = by_type(text)
    assert {each.reason for each in choices.values()} == {"control"}
    assert {choices[way].arm for way in ("tone", "length", "call_to_action")} == {
        "tone:as_written",
        "length:as_written",
        "call_to_action:as_written",
    }
    assert text.figures is not None
    assert text.figures.impact == 0


async def test_an_arm_whose_fact_is_not_known_is_never_chosen() -> None:
    """P13: nobody reads of a host, a venue or an interest that we do not know of."""
    known = decision(brief={"first_name": "Sarah", "interests": ["hiking"]})
    text = await written(liking("subject:venue", "opening:host", "subject:interest"), known)

    choices = by_type(text)
    assert set(choices["subject"].probabilities) == {"subject:interest", "subject:plain", "subject:named"}
    assert set(choices["opening"].probabilities) == {"opening:welcome", "opening:glad"}
    assert text.subject == "Your interest in hiking"
    nameless = await written(MailEngine(rules=FREE_RULES), decision("ask", {}))
    assert "subject:named" not in by_type(nameless)["subject"].probabilities


async def test_a_subject_that_a_mail_may_not_have_is_never_chosen() -> None:
    """P15: longer than a subject is shown."""
    brief = {"favorite_hosts": ["Chef " + "Ploy" * 20], "venues": ["The Vault"]}
    text = await written(liking("subject:host"), decision(brief=brief))

    assert "subject:host" not in by_type(text)["subject"].probabilities
    assert "Ploy" not in text.subject


@pytest.mark.parametrize("mails", [200, pytest.param(600, marks=pytest.mark.slow)])
async def test_slots_are_drawn_independently(mails: int) -> None:
    """P10: so that what is learnt of one rests on its own probabilities: no pair comes together too often."""
    engine = MailEngine(rules=FREE_RULES)
    pairs, tones, calls = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    for number in range(mails):
        choices = by_type(await written(engine, made_for("question", id=f"d{number}")))
        tone, call = choices["tone"].arm, choices["call_to_action"].arm
        pairs[tone, call] += 1
        tones[tone] += 1
        calls[call] += 1

    assert len(tones) == 4
    # chi-square of independence: 6 degrees of freedom, 22.5 is passed once in a thousand
    expected = {pair: tones[pair[0]] * calls[pair[1]] / mails for pair in pairs}
    assert sum((pairs[pair] - mean) ** 2 / mean for pair, mean in expected.items()) < 22.5


async def test_the_strategy_weighs_the_arms() -> None:
    """P3: somebody who has been to many events is written to in a warmer tone."""
    familiar = SARAHS.model_copy(update={"number_of_events_attended": 9})

    async def share(profile: Any) -> float:
        letters = LetterWriter(
            banked_author(), CountingWriter(), MailEngine(rules=FREE_RULES), profile_known(profile)
        )
        texts = [await letters.write(made_for("letter", id=f"d{n}")) for n in range(40)]
        return sum(by_type(each)["tone"].probabilities["tone:friendly"] for each in texts) / len(texts)

    assert await share(familiar) > await share(None) + 0.02


async def test_where_no_variation_keeps_the_rules_the_mail_is_as_it_is() -> None:
    """P13: and its record has no choice; nobody is left without a mail."""
    other = CountingWriter()
    writer = LetterWriter(banked_author(), other, MailEngine(rules=FREE_RULES))
    text = await writer.write(decision(brief={"question": "?"}, person=" "))

    assert other.count == 1
    assert text.variations == ()


@pytest.mark.parametrize(("kind", "language"), CASES)
async def test_the_choices_hold_no_value_of_a_person(kind: str, language: str) -> None:
    """P13: arms are names of rows, or hashes of sentences with tokens."""
    text = await written(MailEngine(rules=FREE_RULES), made_for(kind, language))

    said = json.dumps([each.model_dump() for each in text.variations], ensure_ascii=False)
    values = [
        each for value in BRIEFS[language].values() for each in ([value] if isinstance(value, str) else value)
    ]
    assert not [value for value in values if value in said and value != language]


async def test_the_event_loop_goes_on_while_mails_are_chosen() -> None:
    """Heartbeats and fences are on it, and the mails of a whole round begin at once."""
    loops: list[bool] = []

    class Watched(MailEngine):
        def choose(self, *given: Any) -> Any:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                loops.append(False)
            else:
                loops.append(True)
            return super().choose(*given)

    for kind in KINDS:
        await written(Watched(rules=FREE_RULES), made_for(kind))
    assert loops == [False] * len(KINDS)
