"""The script and the real endpoints: what a browser does becomes exactly the right interactions.

The pages are of another origin than the endpoints, as where a product has its own site.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.attention import pressed
from tests.browser.waiting import wait_until
from tests.standins.job_board import JobBoard
from tests.standins.tracking import TrackingServer, tracking_server

DAY_MS = 86_400_000


@pytest.fixture
def endpoint(board: JobBoard) -> Iterator[TrackingServer]:
    """The endpoints; the board's pages may read their answers."""
    with tracking_server(KAIROS_ALLOWED_ORIGINS=board.url) as started:
        yield started


def open_job(page: Page, board: JobBoard, endpoint: TrackingServer, job: str = "job_1", **more: str) -> None:
    """Open a job's page as mia."""
    page.goto(board.page(job, **{"endpoint": endpoint.url, "token": endpoint.token("mia")} | more))


def test_visits_and_presses_become_interactions(
    page: Page, board: JobBoard, endpoint: TrackingServer
) -> None:
    """B1, B4, B15: every field is right, and the totals of a visit are one interaction."""
    open_job(page, board, endpoint)
    page.clock.run_for(4_000)
    assert endpoint.wait(lambda: len(endpoint.interactions()) == 1)
    page.dblclick("text=saved")
    page.clock.run_for(3_000)
    page.click("text=rejected")
    assert endpoint.wait(lambda: len(endpoint.counted()) == 4)
    page.clock.run_for(6_000)
    page.close()

    assert endpoint.hears(
        ("viewed", "job_1", 13.0, False),
        ("saved", "job_1", 0.0, False),
        ("saved", "job_1", 0.0, True),
        ("rejected", "job_1", 0.0, False),
    )
    first = endpoint.interactions()[0]
    assert (first.person, first.source, first.seconds) == ("mia", "feed", 3.0)
    assert {record.key for record in endpoint.writer.records} == {b"mia"}


def test_what_kafka_does_not_take_is_told_again(
    page: Page, board: JobBoard, endpoint: TrackingServer
) -> None:
    """B7: 503 twice, then 202: one record."""
    endpoint.writer.failures = 2
    open_job(page, board, endpoint)
    page.click("text=saved")
    for _ in range(200):
        page.clock.run_for(100)
        if endpoint.interactions():
            break

    assert endpoint.wait(lambda: ("saved", "job_1", 0.0, False) in endpoint.counted().values())
    presses = [said for said in endpoint.interactions() if said.kind == "saved"]
    assert len(presses) == 1
    assert pressed(page) == ["saved"]


def test_an_expired_token_waits_for_a_new_one(page: Page, board: JobBoard, endpoint: TrackingServer) -> None:
    """B16: 401, then the next page with a new token tells it, for the same person."""
    open_job(page, board, endpoint, token=endpoint.token("mia", 2 * DAY_MS))
    page.click("text=applied")
    wait_until(
        page,
        "localStorage['kairos.q.' + document.querySelector('script').dataset.token"
        ".split('.').slice(1, -2)].includes('applied')",
    )
    page.clock.run_for(60_000)
    assert endpoint.interactions() == []
    open_job(page, board, endpoint, "job_2")

    assert endpoint.wait(lambda: ("applied", "job_1", 0.0, False) in endpoint.counted().values())
    assert endpoint.interactions()[0].person == "mia"


def test_a_forged_token_leaves_no_record(
    page: Page, context: BrowserContext, board: JobBoard, endpoint: TrackingServer
) -> None:
    """403: it leaves the queue; what others say is heard."""
    key, person, signed, signature = endpoint.token("mia").split(".")
    open_job(page, board, endpoint, token=f"{key}.{person}.{signed}.{signature[::-1]}")
    page.click("text=saved")
    wait_until(page, f"localStorage['kairos.q.{person}'] === '[]'")
    page.close()
    other = context.new_page()
    open_job(other, board, endpoint, "job_2")
    other.clock.run_for(3_000)

    assert endpoint.hears(("viewed", "job_2", 3.0, False))


def test_too_many_presses_are_told_when_they_may(page: Page, board: JobBoard) -> None:
    """429 with Retry-After: nothing is lost, and nothing is told twice."""
    with tracking_server(
        KAIROS_ALLOWED_ORIGINS=board.url, KAIROS_PERSON_BURST="2", KAIROS_PERSON_PER_MINUTE="120"
    ) as endpoint:
        open_job(page, board, endpoint)
        for kind in ("saved", "applied", "rejected"):
            page.click(f"text={kind}")
        expected = [("saved", False), ("applied", False), ("saved", True), ("rejected", False)]
        for _ in range(300):
            page.clock.run_for(200)
            if len([said for said in endpoint.interactions() if said.kind != "viewed"]) == len(expected):
                break
            page.wait_for_timeout(50)  # the limit is by the machine's clock

        told = [(said.kind, said.undo) for said in endpoint.interactions() if said.kind != "viewed"]
        assert sorted(told) == sorted(expected)


def test_a_visit_that_is_left_by_another_origin_arrives(
    page: Page, board: JobBoard, endpoint: TrackingServer
) -> None:
    """B9: a beacon to another origin, without a question before."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    open_job(page, board, endpoint)
    page.clock.run_for(2_000)
    page.close()

    assert endpoint.hears(("viewed", "job_1", 2.0, False))
    assert "OPTIONS" not in asked
