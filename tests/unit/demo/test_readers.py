"""What the made-up people do with their mails."""

from collections import Counter

from schemas.mail import Engagement
from tests.unit.demo.received import AT, LINKS, received
from workers.demo.readers import FIRST, LATEST_MS, LOOK_MS, SOONEST_MS, MailReaders
from workers.demo.site.mail_content import content_of
from workers.serve.programs.bodies import read_json, read_reports

REPORTS = "http://127.0.0.1:8600/engagements"
LATER = AT + LATEST_MS


def test_the_first_mails_after_a_change_are_clicked() -> None:
    """The first link that is counted and can be seen, some seconds later, once."""
    readers = MailReaders(LINKS, REPORTS)
    for number in range(FIRST):
        readers.receive(content_of(received(number)), after_change=True)

    assert readers.due(AT + SOONEST_MS - 1) == []
    plans = readers.due(AT + SOONEST_MS)
    assert [(plan.deed, plan.url, plan.body) for plan in plans] == [
        ("click", f"{LINKS}token.one", None)
    ] * FIRST
    assert all(plan.agent.startswith("Mozilla/5.0 (") for plan in plans)
    assert readers.due(LATER) == []


def test_some_click_few_leave_and_most_do_nothing() -> None:
    """Whoever leaves does it by one click."""
    readers = MailReaders(LINKS, REPORTS)
    mail = content_of(received())
    for _ in range(1_000):
        readers.receive(mail, after_change=False)
    plans = readers.due(LATER)
    counts = Counter(plan.deed for plan in plans)
    (leaving, *_) = (plan for plan in plans if plan.deed == "leave")

    assert 250 < counts["click"] < 350
    assert 5 < counts["leave"] < 40
    assert leaving.url == "http://127.0.0.1:8600/unsubscribe/token"
    assert leaving.body == b"List-Unsubscribe=One-Click"


def test_a_mail_that_offers_nothing_is_left_alone() -> None:
    """Without a counted link nobody clicks, without one click nobody leaves."""
    readers = MailReaders("http://127.0.0.1:1/l/", REPORTS)
    mail = content_of(received(List_Unsubscribe_Post=""))
    for number in range(500):
        readers.receive(mail, after_change=number < 10)

    assert readers.due(LATER) == []


def test_the_page_behind_a_link_tells_for_how_long_it_was_seen() -> None:
    """The same click, and its seconds; nothing of a click of which nothing is known."""
    readers, click = MailReaders(LINKS, REPORTS), Engagement.model_validate(Engagement.EXAMPLES[1])
    readers.arrive(click, AT)
    readers.arrive(click.model_copy(update={"click": None}), AT)
    (plan,) = readers.due(AT + LOOK_MS)
    (told,) = read_reports(read_json(plan.body or b"", plan.body_type), AT + LOOK_MS)

    assert (plan.deed, plan.url) == ("look", REPORTS)
    assert told.click is not None
    assert (told.click.link, told.click.visible_seconds) == ("1", LOOK_MS / 1000)
    assert (told.decision_id, told.outcome) == (click.decision_id, "clicked")
