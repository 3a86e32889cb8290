"""The mailbox: whatever was received is shown, in both languages, and nothing of it runs."""

import random
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.standins.job_source import DemoJobs
from tests.unit.demo.received import HTML, TEXT, received
from workers.demo.site.app import JobSite
from workers.demo.site.mail_content import content_of
from workers.demo.site.source import ReceivedMail

NOW = 1_790_000_000_000
PLAIN = b"Subject: x\r\nContent-Type: text/html; charset=nope\r\n\r\n<p>\xe3\x81\x82</p>"


@pytest.fixture
def source() -> DemoJobs:
    """A product whose people got three mails, one of them of somebody unknown."""
    made = DemoJobs(NOW)
    made.received = [
        received(1, "sarah.chen@email.com"),
        received(2, "nobody@example.com", Subject="", Content_Language=""),
        received(
            3, "sarah.chen@email.com", Subject="月見の会に\tいらっしゃいませんか", Content_Language="ja"
        ),
    ]
    return made


@pytest.fixture
def client(source: DemoJobs) -> TestClient:
    """A browser."""
    return TestClient(JobSite(source, lambda: NOW).app(), follow_redirects=False)


def test_the_list_has_the_newest_first(client: TestClient) -> None:
    """To whom, in which language; what has no subject says so."""
    text = client.get("/mails/").text
    places = [text.index(f'href="/mails/{number}/"') for number in (3, 2, 1)]

    assert places == sorted(places)
    assert '<h2 lang="ja"><a href="/mails/3/">月見の会に いらっしゃいませんか</a></h2>' in text
    assert '<a href="/mails/?to=user_001">Sarah Chen</a>' in text
    assert "(no subject)" in text
    assert "3 mails" in text
    assert "3通" in client.get("/mails/", headers={"accept-language": "ja"}).text


def test_the_mails_of_a_person_are_found_from_their_pages(client: TestClient, source: DemoJobs) -> None:
    """From the feed, and from the name in a list; whoever got none is told so."""
    other = source.people[1].id
    assert 'href="/mails/?to=user_001"' in client.get("/jobs/feed/").text
    own = client.get("/mails/?to=user_001").text

    assert "Mails to Sarah Chen" in own
    assert "2 mails" in own
    assert "nobody@example.com" not in own
    assert "No mail has been delivered to this person" in client.get(f"/mails/?to={other}").text
    assert "No mail has been delivered to this person" in client.get("/mails/?to=%22%3E%3Cb%3E").text


def test_an_empty_mailbox_says_so(client: TestClient, source: DemoJobs) -> None:
    """In both languages."""
    source.received = []
    assert "No mail has been delivered yet" in client.get("/mails/").text
    assert "まだメールは届いていません" in client.get("/mails/", headers={"accept-language": "ja"}).text


def test_a_mail_has_its_text_headers_and_raw_message(client: TestClient) -> None:
    """And the way to those before and behind it."""
    text = unescape(client.get("/mails/1/").text)

    assert "Lantern Jobs <hello@lantern.example>" in text
    assert TEXT.splitlines()[0] in text
    assert "List-Unsubscribe=One-Click" in text
    assert "multipart/alternative" in text
    assert 'href="/mails/2/"' in text
    assert 'href="/mails/0/"' not in text


def test_no_script_of_a_mail_runs(client: TestClient) -> None:
    """The HTML is in a frame of its own, whose policy holds wherever it is opened."""
    page, framed = client.get("/mails/1/"), client.get("/mails/1/html")
    policy = framed.headers["content-security-policy"]

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "<script>alert" not in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';")
    assert "script-src" not in policy
    assert framed.text == HTML.replace('<head lang="en">', '<head lang="en"><base target="_blank">') + "\n"


@pytest.mark.parametrize("path", ["/mails/4/", "/mails/4/html", "/mails/x/", "/mails/-1/", "/events/none/"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    """404."""
    assert client.get(path).status_code == 404


def test_an_invitation_leads_to_a_page(client: TestClient, source: DemoJobs) -> None:
    """Of the event, in both languages."""
    event = source.events["event_001"]
    text = client.get("/events/event_001/").text

    assert event.name is not None
    assert event.name in text
    assert "会場" in client.get("/events/event_001/", headers={"accept-language": "ja"}).text


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff" * 50, PLAIN, b"Subject: =?x?q?=\n\n", b"<p>" + b"x" * 900_000]
)
def test_anything_is_a_page(client: TestClient, source: DemoJobs, raw: bytes) -> None:
    """Whatever the bytes are."""
    source.received = [ReceivedMail(1, NOW, "nobody@example.com", raw)]
    for path in ("/mails/", "/mails/1/", "/mails/1/html"):
        assert client.get(path).status_code == 200


def test_a_mail_is_read_whatever_happened_to_its_bytes() -> None:
    """What cannot be read is left out; all that is given can be sent as UTF-8."""
    rng, whole = random.Random(7), received().raw
    for _ in range(300):
        raw = bytearray(whole)
        for _ in range(rng.randrange(1, 12)):
            at = rng.randrange(len(raw))
            raw[at : at + rng.randrange(3)] = rng.choice([b"\n", b":", b"=?", b"?=", b"--", b"\xed\xa0\x80"])
        content = content_of(ReceivedMail(1, 0, "mia@example.com", bytes(raw)))
        parts = (
            content.subject,
            content.sender,
            content.html,
            content.text,
            content.raw,
            str(content.headers),
        )
        assert all(part.encode() is not None for part in parts)

    assert content_of(ReceivedMail(1, 0, "mia@example.com", PLAIN)).html == "<p>あ</p>"
