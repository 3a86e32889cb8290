"""Where the links of mails lead, and what is reported of who follows them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.serve.clicks.following import BROWSER, EVENT_URL, JOB_URL, QUERY, Following
from workers.product.mail_links import VALID_MS
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import SettingsError
from workers.serve.clicks import reports
from workers.serve.clicks.reports import VISIT_MS


@pytest.fixture
def following() -> Iterator[Following]:
    with (made := Following()).client:
        yield made


def test_a_link_leads_to_the_page_of_its_record_byte_for_byte(following: Following) -> None:
    """B13: nobody keeps the answer, nothing is set, and the page does not hear of the link."""
    answer = following.client.get(following.path(item="求人 1"))
    assert (answer.status_code, answer.content) == (302, b"")
    assert (
        dict(answer.headers.raw)[b"location"]
        == f"https://jobs.example/%E6%B1%82%E4%BA%BA%201{QUERY}".encode()
    )
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "set-cookie" not in answer.headers
    event = following.client.get(following.path("event", "event_001"))
    assert event.headers["location"] == EVENT_URL.replace("{id}", "event_001")


def test_a_click_is_reported_under_its_person_and_decision(following: Following) -> None:
    following.client.get(following.path())
    (record,) = following.writer.records
    assert (record.topic, record.key) == ("engagements", b"mia")
    (told,) = following.told()
    assert (told.decision_id, told.person, told.outcome) == ("mia:1", "mia", "clicked")
    assert abs(told.at.timestamp() * 1000 - now_ms()) < 60_000
    assert following.clicks() == [
        {
            "link": "job/job_001",
            "kind": "job",
            "user_agent": BROWSER,
            "network": "8.8.4.0/24",
            "network_readers": 1,
        }
    ]


def test_programs_show_themselves(following: Following) -> None:
    """HEAD, prefetching, a piece of the page, no user agent, and the link that nobody sees."""
    client = following.client
    head = client.head(following.path())
    assert (head.status_code, head.headers["location"]) == (302, JOB_URL.replace("{id}", "job_001"))
    told = (("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch"), ("range", "bytes=0-9"))
    for name, value in told:
        client.get(following.path(item=name), headers={name: value})
    client.get(following.path(item="bare"), headers={"user-agent": ""})
    trap = client.get(following.path("honeypot", ""))
    assert (trap.status_code, "leads nowhere" in trap.text) == (404, True)
    said = following.clicks()
    assert said[0]["method"] == "HEAD"
    assert [each["prefetch"] for each in said[1:4]] == [True, True, True]
    assert said[4]["user_agent"] == ""
    assert (said[5]["kind"], said[5]["link"]) == ("honeypot", "honeypot")


def test_what_proves_nothing_leads_nowhere_and_is_not_reported(following: Following) -> None:
    """In the browser's language, and never to another site, whatever the address holds."""
    whole = following.path()
    paths = [
        whole[:-3],
        whole + "x",
        "/l/https:%2F%2Fevil.example",
        "/l/１２",
        "/l/%ED%A0%80",
        f"{whole[:-3]}?url=https://evil.example",
    ]
    for path in paths:
        answer = following.client.get(path)
        assert (answer.status_code, "location" in answer.headers) == (404, False)
        assert "Part of it may be missing" in answer.text
    japanese = following.client.get(paths[0], headers={"accept-language": "ja,en;q=0.5"})
    assert "リンクの一部が欠けている" in japanese.text
    assert '<html lang="ja">' in japanese.text
    assert following.writer.records == []


def test_an_old_link_says_so(following: Following) -> None:
    answer = following.client.get(following.path(at=now_ms() - VALID_MS - 60_000))
    assert (answer.status_code, "three months" in answer.text) == (410, True)
    assert following.writer.records == []


def test_a_record_that_is_gone_or_has_no_page_says_so(following: Following) -> None:
    """Somebody followed the link all the same."""
    following.gone.add("job_001")
    answer = following.client.get(following.path())
    assert (answer.status_code, "taken down" in answer.text) == (410, True)
    for url in ("", "javascript:{id}", "mailto:{id}"):
        other = Following(KAIROS_JOB_URL=url)
        with other.client:
            nowhere = other.client.get(other.path())
        assert (nowhere.status_code, "location" in nowhere.headers) == (404, False)
        assert len(other.told()) == 1


def test_only_looking_is_answered(following: Following) -> None:
    assert following.client.post(following.path()).status_code == 405
    assert following.writer.records == []


def test_the_same_again_is_no_further_record(following: Following) -> None:
    """Another kind of request of the same link is, and another link, up to ten of a link."""
    for _ in range(20):
        assert following.client.get(following.path()).status_code == 302
    assert len(following.told()) == 1
    following.client.head(following.path())
    following.client.get(following.path(item="job_002"))
    assert len(following.told()) == 3
    for number in range(100):
        answer = following.client.get(following.path(item="flood"), headers={"user-agent": f"a{number}"})
        assert answer.status_code == 302
    assert len(following.told()) == 13


def test_who_sees_the_page_behind_a_link_has_followed_it(following: Following) -> None:
    """The job site tells for how long it was seen: one further record of the click, with all that it said."""
    following.client.get(following.path())
    for person, job_id, seconds in (
        ("mia", "job_001", 1.9),  # too short
        ("mia", "job_002", 60.0),  # no click led there
        ("zoe", "job_001", 60.0),  # somebody else
        ("mia", "job_001", 2.0),  # as a person does
        ("mia", "job_001", 30.0),  # of the same visit
    ):
        following.see(person, job_id, seconds)
    clicked, seen = following.clicks()
    assert seen == clicked | {"visible_seconds": 2.0}


def test_a_page_seen_later_is_another_visit(following: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what only a program asked for is no visit at all."""
    following.client.head(following.path(item="asked-for"))
    following.see("mia", "asked-for", 60.0)
    following.client.get(following.path())
    following.see("mia", "job_001", 60.0, bot=True)
    later = now_ms() + VISIT_MS + 1_000
    monkeypatch.setattr(reports, "now_ms", lambda: later)
    following.see("mia", "job_001", 60.0)
    assert [each.get("visible_seconds") for each in following.clicks()] == [None, None]


def test_each_record_has_an_id_of_its_own(following: Following) -> None:
    following.client.get(following.path())
    following.client.get(following.path(item="job_002"))
    ids = {dict(record.headers)["ce_id"] for record in following.writer.records}
    assert len(ids) == 2
    assert all(each.startswith(b"mia:1/clicked/job/") for each in ids)


def test_nobody_waits_for_kafka(following: Following) -> None:
    """A click that it did not take is reported when the link is followed once more."""
    following.writer.answers = False
    assert following.client.get(following.path()).status_code == 302
    following.writer.answers = True
    assert following.client.get(following.path()).status_code == 302
    assert len(following.told()) == 1


def test_readers_of_one_network_are_counted(following: Following) -> None:
    """Those of a minute, each once, however often; a proxy of our own says nothing."""
    for number in (1, 2, 2, 3):
        client = following.client_at(f"8.8.4.{number}")
        client.get(following.path(decision=f"p{number}:1", item=f"job_{number}"))
    following.client_at("10.0.0.1").get(following.path(decision="q:1"))
    counts = [each.get("network_readers") for each in following.clicks()]
    assert counts == [1, 2, 3, None]
    assert "network" not in following.clicks()[-1]


def test_networks_of_a_file_are_data_centres(tmp_path: Path) -> None:
    path = tmp_path / "ranges.txt"
    path.write_text("# clouds\n8.8.4.0/24  # one of them\n2001:4860::/32\n\n")
    made = Following(KAIROS_DATA_CENTRES=str(path))
    with made.client:
        for address in ("8.8.4.4", "8.8.8.8", "2001:4860:4860::8888"):
            made.client_at(address).get(made.path(item=address))
    assert [each["data_centre"] for each in made.clicks()] == [True, False, True]
    assert [each["network"] for each in made.clicks()][2] == "2001:4860:4860::/48"


@pytest.mark.parametrize(("text", "said"), [("8.8.4.0/24\nclouds\n", "line 2"), (None, "No such file")])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "ranges.txt"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError, match=said):
        Following(KAIROS_DATA_CENTRES=str(path))
