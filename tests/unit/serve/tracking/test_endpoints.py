"""The routes over HTTP, with a writer that stands in for Kafka."""

from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import REGISTRY

from tests.unit.serve.tracking.site import PRODUCTION, Site
from workers.serve.tracking.endpoints import READERS

VIEW_URL, PRESS_URL, SEARCH_URL = (f"/jobs/api/{name}/" for name in READERS)
VIEW = {"id": "visit-1", "seq": 1, "job_id": "job_001", "seconds": 12.5, "source": "feed"}


@pytest.fixture
def site() -> Iterator[Site]:
    """A site in development."""
    yield from running(Site())


@pytest.fixture
def production() -> Iterator[Site]:
    """A site in production."""
    yield from running(Site(**PRODUCTION))


def running(site: Site) -> Iterator[Site]:
    """Run the application of a site."""
    with site.client:
        yield site


def mia(values: dict[str, Any]) -> dict[str, Any]:
    """Values with a bare person."""
    return values | {"person": "mia"}


@pytest.mark.parametrize("url", [VIEW_URL, VIEW_URL[:-1]])
def test_a_view_becomes_a_record(site: Site, url: str) -> None:
    """T1, T4: with and without the slash; its key is the person."""
    answer = site.post(url, mia(VIEW))

    assert (answer.status_code, answer.json()) == (202, {"accepted": True})
    (record,) = site.writer.records
    assert (record.topic, record.key) == ("interactions", b"mia")
    assert dict(record.headers)["ce_id"] == b"visit-1"
    (interaction,) = site.interactions()
    assert (interaction.kind, interaction.job_id, interaction.seconds) == ("viewed", "job_001", 12.5)


def test_presses_and_searches_become_records(site: Site) -> None:
    """T5: each kind, and taking it back."""
    for number, kind in enumerate(("saved", "rejected", "ignored", "applied")):
        press = {"id": f"p{number}", "job_id": "j", "kind": kind}
        assert site.post(PRESS_URL, mia(press)).status_code == 202
        assert site.post(PRESS_URL, mia(press | {"id": f"u{number}", "undo": True})).status_code == 202
    assert site.post(SEARCH_URL, mia({"id": "s", "query": "nurse", "place": "Osaka"})).status_code == 202

    said = [(found.kind, found.undo) for found in site.interactions()]
    kinds = ("saved", "rejected", "ignored", "applied")
    assert said == [(kind, undo) for kind in kinds for undo in (False, True)] + [("searched", False)]


def test_a_form_needs_the_token(site: Site) -> None:
    """T10: any page can make a browser send a form, with the cookies of ours that are never read."""
    form = {key: str(value) for key, value in mia(VIEW).items()}
    refused = site.client.post(VIEW_URL, data=form, headers={"cookie": "session=mia"})
    assert (refused.status_code, refused.json()["field"]) == (401, "token")

    signed = form | {"token": site.token("mia", 4_000_000_000_000)}
    assert site.client.post(VIEW_URL, data=signed).status_code == 202
    assert [found.person for found in site.interactions()] == ["mia"]


def test_in_production_only_a_token_names_a_person(production: Site) -> None:
    """A bare id, none, an expired token, a forged one: each its 4xx, and no record."""
    expired = production.token("mia", 0)
    statuses = [
        production.post(VIEW_URL, VIEW | given).status_code
        for given in ({"person": "mia"}, {}, {"token": expired}, {"token": expired[:-4] + "AAAA"})
    ]

    assert statuses == [401, 401, 401, 403]
    assert production.writer.records == []


def test_what_comes_again_writes_no_record() -> None:
    """Of one id only a higher `seq` does; both answers are 202."""
    messages = [mia(VIEW | {"seq": seq, "seconds": 10 + seq}) for seq in (1, 1, 3, 2, 3, 4)]

    with (site := Site(KAIROS_JOB_VIEWS_PER_MINUTE="1e9")).client:
        assert {site.post(VIEW_URL, message).status_code for message in messages} == {202}
        assert [found.seconds for found in site.interactions()] == [11, 13, 14]


def test_of_a_person_and_a_job_there_is_one_view_a_second() -> None:
    """The next one is 429, and told when it may; a replay, another job, person or kind is not concerned."""
    with (site := Site(KAIROS_JOB_VIEWS_PER_MINUTE="6")).client:
        requests: tuple[tuple[str, dict[str, Any]], ...] = (
            (VIEW_URL, {}),
            (VIEW_URL, {"seq": 2}),
            (VIEW_URL, {"id": "visit-2"}),
            (VIEW_URL, {}),
            (VIEW_URL, {"id": "visit-3", "job_id": "job_002"}),
            (VIEW_URL, {"id": "visit-4", "person": "jun"}),
            (PRESS_URL, {"id": "press", "kind": "saved"}),
        )
        told = [site.post(url, VIEW | {"person": "mia"} | values) for url, values in requests]

        assert [answer.status_code for answer in told] == [202, 429, 429, 202, 202, 202, 202]
        assert 1 <= int(told[1].headers["retry-after"]) <= 11
        assert [found.id for found in site.interactions()] == ["visit-1", "visit-3", "visit-4", "press"]


def test_the_default_is_one_view_a_second() -> None:
    """As the rule says."""
    assert Site().settings.kairos_job_views_per_minute == 60


def test_another_persons_id_is_403(site: Site) -> None:
    """A replay under another token."""
    site.post(VIEW_URL, mia(VIEW))
    answer = site.post(VIEW_URL, VIEW | {"person": "eve", "seq": 9})

    assert (answer.status_code, answer.json()["field"]) == (403, "id")
    assert len(site.writer.records) == 1


def test_without_kafka_it_is_503_and_a_retry_counts(site: Site) -> None:
    """What was not acknowledged is not remembered."""
    site.writer.answers = False
    answer = site.post(VIEW_URL, mia(VIEW))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    site.writer.answers = True
    assert site.post(VIEW_URL, mia(VIEW)).status_code == 202
    assert len(site.writer.records) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"x" * 8_193, 413), (b"[]", 400), (b'{"id": "a"}', 422)],
)
def test_a_wrong_body_is_refused(site: Site, body: bytes, status: int) -> None:
    """Without a record, and without what was sent."""
    answer = site.post(VIEW_URL, body)

    assert answer.status_code == status
    assert "xxx" not in answer.text
    assert site.writer.records == []


def test_a_body_without_a_length_is_bounded_too(site: Site) -> None:
    """Sent in pieces."""
    answer = site.client.post(VIEW_URL, content=iter([b"x" * 5_000, b"x" * 5_000]))

    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_405(site: Site, method: str) -> None:
    """Links do nothing."""
    assert site.client.request(method, VIEW_URL).status_code == 405


def test_a_person_who_asks_too_often_waits() -> None:
    """429 says how long; others are not concerned."""
    with (site := Site(KAIROS_PERSON_PER_MINUTE="6", KAIROS_PERSON_BURST="2")).client:
        views = [mia(VIEW | {"id": f"v{n}", "job_id": f"job_{n}"}) for n in range(3)]
        statuses = [site.post(VIEW_URL, view).status_code for view in views]
        last = site.post(VIEW_URL, mia(VIEW | {"id": "v9"}))

        assert statuses == [202, 202, 429]
        assert 1 <= int(last.headers["retry-after"]) <= 11
        assert site.post(VIEW_URL, VIEW | {"id": "other", "person": "jun"}).status_code == 202
        assert len(site.writer.records) == 3


def test_an_address_that_asks_too_often_waits() -> None:
    """Refused requests count as well."""
    with (site := Site(KAIROS_ADDRESS_PER_MINUTE="6", KAIROS_ADDRESS_BURST="2")).client:
        assert [site.post(VIEW_URL, b"").status_code for _ in range(3)] == [400, 400, 429]


def test_pages_of_allowed_origins_may_read_the_answers() -> None:
    """Others get no permission; a beacon of theirs arrives all the same, with a token."""
    with (site := Site(KAIROS_ALLOWED_ORIGINS="https://jobs.example, https://m.jobs.example")).client:
        for origin in ("https://jobs.example", "https://m.jobs.example"):
            answer = site.post(VIEW_URL, mia(VIEW), headers={"origin": origin})
            assert answer.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in answer.headers
        refused = site.post(VIEW_URL, b"", headers={"origin": "https://jobs.example"})
        assert refused.headers["access-control-allow-origin"] == "https://jobs.example"
        other = site.post(VIEW_URL, mia(VIEW), headers={"origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers
        preflight = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        }
        for origin, status in (("https://jobs.example", 200), ("https://other.example", 400)):
            asked = site.client.options(VIEW_URL, headers=preflight | {"origin": origin})
            assert asked.status_code == status


def test_requests_are_counted_by_route_and_status(site: Site) -> None:
    """Under names of ours, whatever was asked."""
    labels = {"route": "track-view", "status": "422"}
    before = REGISTRY.get_sample_value("kairos_http_requests_total", labels) or 0
    site.post(VIEW_URL, b"{}")

    assert REGISTRY.get_sample_value("kairos_http_requests_total", labels) == before + 1


def test_a_message_has_the_tags_of_its_job(site: Site) -> None:
    """As the board knows them; one that is not on the board is marked, as the board may be late."""
    assert site.post(VIEW_URL, mia(VIEW)).status_code == 202
    assert site.post(VIEW_URL, mia(VIEW | {"id": "visit-2", "job_id": "other"})).status_code == 202
    assert site.post(SEARCH_URL, mia({"id": "search", "query": "nurse"})).status_code == 202

    known = [(interaction.tags, interaction.unknown_job) for interaction in site.interactions()]
    assert known == [(["kitchen"], False), ([], True), ([], False)]


def test_a_bot_is_marked(site: Site) -> None:
    """As it says itself: the record has it."""
    for number, said in enumerate((True, False, None)):
        press = {"id": f"p{number}", "job_id": "j", "kind": "saved", "bot": said}
        assert site.post(PRESS_URL, mia(press)).status_code == 202
    assert [found.bot for found in site.interactions()] == [True, False, False]
