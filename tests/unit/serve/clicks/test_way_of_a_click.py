"""From a mail to what is learned of it: the link, the request, the outcome, its score, the evidence."""

import re
from functools import partial
from typing import Any

from schemas.mail import Email, Engagement
from schemas.model import to_epoch_ms
from tests.unit.learn.mail_records import MINUTE, SECOND, LearnWorker, end_of, outcome, variation
from tests.unit.mail.mails import decision
from tests.unit.mail.test_digest import jobs, live_board, profile_known
from tests.unit.recommend.boards import NOW, PLAIN
from tests.unit.serve.clicks.following import Following
from workers.learn.bots import TimedClick, first_human
from workers.mail.digest_writer import DigestWriter, JobPicks
from workers.mail.email_record import email
from workers.mail.mail_links import MailLinks
from workers.mail.mail_senders import MailSenders
from workers.mail.templates import TemplateWriter
from workers.product.mail_links import link_tokens, mail_link
from workers.runtime.process.clock import now_ms
from workers.writing.author import Author
from workers.writing.pace.text_cache import TextCache
from workers.writing.rendering.page import Sender

PUBLIC = "https://kairos.example"
ANY_LINK = re.compile(r'href="https://kairos\.example(/l/[^"]+)"')
SENDER = Sender("Example Inc.", "1 Example Street", "help@example.com", "https://example.com/stop")
EARLIER = 10 * MINUTE  # the mail was handed over so long before it is clicked


async def mail_of(number: int, following: Following) -> Email:
    """A digest, whose variation was chosen."""
    short = partial(mail_link, link_tokens(following.settings), PUBLIC)
    picks = JobPicks(
        live_board(*jobs()),
        profile_known(None),
        PLAIN,
        lambda: NOW,
        links=MailLinks(following.settings.kairos_job_url, short=short),
        senders=MailSenders({"en": SENDER}, short=short),
    )
    made = decision(
        id=f"p{number}:1", person=f"p{number}", campaign="job-digest", decided_at=now_ms() - EARLIER
    )
    text = await DigestWriter(
        picks, Author(None, TextCache(None, "t:", 60), lambda: NOW), TemplateWriter()
    ).write(made)
    return email(made, text, now_ms() - EARLIER).model_copy(
        update={"variation": variation(), "variations": []}
    )


def learned(mails: list[Email], told: list[Engagement]) -> tuple[LearnWorker, int]:
    """The worker that has read the mails, their hand-overs and what was reported; and when that was."""
    worker, at = LearnWorker(), now_ms()
    for mail in mails:
        worker.read(("emails", mail, at - EARLIER))
        worker.read(outcome(mail.decision_id, "sent", at - EARLIER + SECOND))
    for each in told:
        worker.read(("engagements", each, to_epoch_ms(each.at)))
    return worker, at


async def test_a_persons_click_is_evidence_and_a_scanners_are_not() -> None:
    """Four mails: one that somebody follows to a job, one scanned, one asked for by HEAD, one left alone."""
    following = Following()
    mails = [await mail_of(number, following) for number in range(4)]
    links: list[list[str]] = [ANY_LINK.findall(mail.html or "") for mail in mails]
    with following.client as client:
        answers = [client.get(links[0][0])]
        answers += [client.get(path) for path in links[1]]
        answers += [client.head(path) for path in links[2][:1]]
    assert [answer.status_code for answer in answers if "location" not in answer.headers] == [404]
    followed = f"/{mails[0].jobs[0].job_id}?"
    assert followed in answers[0].headers["location"]

    told = following.told()
    assert len(told) == 1 + len(links[1]) + 1
    worker, at = learned(mails, told)
    worker.pass_time(at + 2 * MINUTE)
    assert worker.endings() == [("p0:1", True, False)]
    assert worker.counts() == {"en/warm": (1, 1)}
    worker.pass_time(end_of(at))
    ended: dict[str, Any] = {each.decision_id: each for each in worker.said}
    assert {id_: each.clicked for id_, each in ended.items()} == {
        "p0:1": True,
        "p1:1": False,
        "p2:1": False,
        "p3:1": False,
    }
    assert [ended[f"p{n}:1"].programs for n in range(4)] == [0, len(links[1]), 1, 0]
    assert worker.counts() == {"en/warm": (4, 1)}


async def test_a_scanner_that_sees_no_trap_is_told_by_its_haste() -> None:
    """B26: with the user agent of a browser, all links of the text within seconds; then a person comes."""
    following = Following()
    mail = await mail_of(0, following)
    paths = ANY_LINK.findall(mail.html or "")[:-1]
    with following.client as client:
        for path in paths:
            client.get(path)
    scan = [
        TimedClick(to_epoch_ms(each.at), each.click) for each in following.told() if each.click is not None
    ]
    handed_over, later = scan[0].at - 20 * SECOND, scan[-1].at + 2 * MINUTE
    assert first_human(scan, handed_over, later) is None
    person = TimedClick(scan[0].at + 40 * MINUTE, scan[0].click)
    assert first_human([*scan, person], handed_over, person.at + 2 * MINUTE) == person


async def test_somebody_in_haste_who_reads_the_page_is_a_person() -> None:
    """Three links at once, by what calls itself a tool; but the page of one was seen."""
    following = Following()
    mail = await mail_of(0, following)
    with following.client as client:
        for path in ANY_LINK.findall(mail.html or "")[:3]:
            client.get(path, headers={"user-agent": "curl/8"})
        jobs_shown = [each.job_id for each in mail.jobs]
        following.see("p0", jobs_shown[0], 30.0)
    worker, at = learned([mail], following.told())
    worker.pass_time(at + 2 * MINUTE)
    assert worker.endings() == [("p0:1", True, False)]
