"""Mails whose links `serve` answers: every part, in both languages, and what the server gets."""

import re
from email import message_from_bytes, policy
from functools import partial
from typing import Any

import pytest

from schemas.decision import SendDecision
from tests.unit.deliver.outgoing import ORIGIN
from tests.unit.mail.held import event, held_events
from tests.unit.mail.invited import invite
from tests.unit.mail.invited import written as invited
from tests.unit.mail.mails import AT, decision
from tests.unit.mail.test_digest import jobs, live_board, profile_known
from tests.unit.recommend.boards import NOW, PLAIN
from workers.deliver.conformance import check_raw
from workers.deliver.message import raw_message
from workers.mail.digest_writer import DigestWriter, JobPicks
from workers.mail.email_record import email
from workers.mail.mail_links import MailLinks
from workers.mail.mail_senders import MailSenders
from workers.mail.plain_page import PageWriter
from workers.mail.templates import TemplateWriter
from workers.mail.writer import MailText
from workers.product.mail_links import MailLink, link_tokens, mail_link, read_link_token
from workers.runtime.process.settings import load
from workers.writing.author import Author
from workers.writing.gate.visible_text import visible_text
from workers.writing.pace.text_cache import TextCache
from workers.writing.rendering.page import Sender

PUBLIC = "https://kairos.example"
QUERY = "?a=1&b=%26&u=https://x.example/?c=1#f"
TOKENS = link_tokens(load({"KAIROS_TOKEN_SECRETS": "k1:" + "s" * 32}))
LINKS = MailLinks(
    f"https://jobs.example/{{id}}{QUERY}",
    f"https://events.example/{{id}}{QUERY}",
    partial(mail_link, TOKENS, PUBLIC),
)
SENDER = Sender("Example Inc.", "1 Example Street", "help@example.com", "https://example.com/stop")
SENDERS = MailSenders({"en": SENDER, "ja": SENDER}, short=LINKS.short)
SHORT = re.compile(r"https://kairos\.example/l/[A-Za-z0-9._-]+")


async def digest(made: SendDecision, links: MailLinks = LINKS, senders: MailSenders = SENDERS) -> MailText:
    """The digest of a decision."""
    picks = JobPicks(
        live_board(*jobs()), profile_known(None), PLAIN, lambda: NOW, links=links, senders=senders
    )
    author = Author(None, TextCache(None, "t:", 60), lambda: NOW)
    return await PageWriter(DigestWriter(picks, author, TemplateWriter()), senders).write(made)


def job_digest(language: str = "en", **fields: Any) -> SendDecision:
    """A decision to send the digest."""
    return decision(campaign="job-digest", brief={"first_name": "Sarah", "language": language}, **fields)


def read(url: str) -> MailLink:
    """What a short link stands for."""
    return read_link_token(TOKENS, url.rpartition("/")[2], AT)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_every_job_of_a_digest_has_a_short_link_in_both_parts(language: str) -> None:
    """B13: the mail holds a signed id, and no address of the site."""
    made = job_digest(language)
    text = await digest(made)
    assert text.jobs
    ids = [each.job_id for each in text.jobs]
    in_text = [read(url) for url in SHORT.findall(text.text or "")]
    in_html = [read(url) for url in visible_text(text.html or "").hrefs if url.startswith(PUBLIC)]
    assert in_text == [MailLink("user_001", made.id, "job", each) for each in ids]
    assert in_html == [*in_text, MailLink("user_001", made.id, "honeypot")]
    for part in (text.html or "", text.text or "", *text.body):
        assert "jobs.example" not in part
        assert "x.example" not in part


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_an_invitation_has_one_behind_its_button(language: str) -> None:
    made = invite(language)
    text, _ = await invited(held_events(event()), made, links=LINKS, senders=SENDERS)
    (shown,) = text.events
    (in_text,) = {read(url) for url in SHORT.findall(text.text or "")}
    assert in_text == MailLink("user_001", made.id, "event", shown.event_id)
    assert SHORT.search(text.body[-1])
    assert "events.example" not in f"{text.html}{text.text}{text.body}"


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_nobody_sees_the_link_for_programs(language: str) -> None:
    """It is in the HTML alone, hidden, out of the way of a keyboard and of what reads aloud."""
    text = await digest(decision("ask", brief={"language": language, "question": "Which?"}))
    shown = visible_text(text.html or "")
    (trap,) = [url for url in shown.hrefs if url.startswith(PUBLIC)]
    assert read(trap).kind == "honeypot"
    assert trap not in (text.text or "")
    (element,) = re.findall(r'<div class="hidden"[^>]*><a [^>]*></a></div>', text.html or "")
    for attribute in ('tabindex="-1"', 'aria-hidden="true"', "display: none", "mso-hide: all"):
        assert attribute in element


async def test_without_a_public_address_and_in_previews_links_are_plain() -> None:
    """As they were; and whoever looks at a preview is no reader."""
    plain = MailLinks(LINKS.job_url, LINKS.event_url)
    texts = [
        await digest(job_digest(), plain, MailSenders({"en": SENDER})),
        await digest(job_digest(slot=None, observed=True)),
    ]
    for text in texts:
        for each in text.jobs:
            assert f"https://jobs.example/{each.job_id}{QUERY}" in (text.text or "")
        assert PUBLIC not in f"{text.html}{text.text}"
        assert 'tabindex="-1"' not in (text.html or "")


@pytest.mark.parametrize("template", ["mailto:jobs@example.com?subject={id}", ""])
async def test_what_is_no_page_stays_as_it_is(template: str) -> None:
    links = MailLinks(template, short=LINKS.short)
    assert links.job(decision(), "a") == (template.replace("{id}", "a") or None)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_message_conforms_and_keeps_the_links(language: str) -> None:
    """B1: no line is long, and both parts arrive as they were written."""
    made = job_digest(language)
    text = await digest(made)
    raw = raw_message(email(made, text, NOW), "mia@example.com", ORIGIN, NOW)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert {each.name for each in check_raw(raw)} <= {"signature", "one click"}
    message = message_from_bytes(raw, policy=policy.default)
    plain = message.get_body(("plain",))
    assert plain is not None
    assert SHORT.findall(plain.get_content()) == SHORT.findall(text.text or "")
