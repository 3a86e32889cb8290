"""What becomes of a message when the endpoint cannot be reached, or refuses it (B7 to B11, B16)."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser.attention import hide, pressed
from tests.browser.conftest import PLAYWRIGHT_TURNS_OFF
from tests.browser.killable import CHROMIUM_ARGUMENTS
from tests.browser.waiting import PATIENCE_MS, wait_until
from tests.standins.job_board import TOKEN, BoardAnswer, JobBoard

QUEUE = "localStorage['kairos.q.person']"


def refusing(status: int, times: int, **headers: str) -> Any:
    """Answers with a status that many times, then with 202."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _body, number: BoardAnswer(status, named) if number < times else BoardAnswer()


def run_until(page: Page, holds: Callable[[], bool], seconds: int = 400) -> bool:
    """Let time pass until something holds, at most that long; whether it does."""
    for _ in range(seconds):
        if holds():
            return True
        page.clock.run_for(1_000)
    return holds()


def test_a_press_is_told_until_it_is_accepted(page: Page, board: JobBoard) -> None:
    """B7: 503 twice, then 202: one record, and the button stays pressed."""
    board.answer = refusing(503, 2)
    page.goto(board.page())
    page.click("text=saved")

    assert run_until(page, lambda: board.presses() == [("job_1", "saved", False)])
    ids = {request.body["id"] for request in board.requests if "kind" in request.body}
    assert len(ids) == 1
    assert pressed(page) == ["saved"]
    wait_until(page, f"{QUEUE} === '[]'")


@pytest.mark.parametrize("status", [425, 429, 503])
def test_retry_after_is_honoured(page: Page, board: JobBoard, status: int) -> None:
    """No second try before the time that the answer names."""
    board.answer = refusing(status, 1, Retry_After="100")
    page.goto(board.page(none=""))
    page.evaluate("document.querySelector('main').dataset.jobId = 'job_9'")
    hide(page)  # no visit, so that only the press is told
    page.dispatch_event("text=rejected", "click")
    assert board.wait(lambda: len(board.requests) == 1)
    page.wait_for_timeout(100)  # for the answer
    page.clock.run_for(99_000)
    assert len(board.requests) == 1

    assert run_until(page, lambda: board.presses() == [("job_9", "rejected", False)])


@pytest.mark.parametrize("status", [400, 403, 413, 422])
def test_what_is_refused_for_good_is_not_told_again(page: Page, board: JobBoard, status: int) -> None:
    """It leaves the queue."""
    board.answer = refusing(status, 1)
    page.goto(board.page())
    page.click("text=saved")

    wait_until(page, f"{QUEUE} === '[]'")
    assert board.wait(lambda: [request.status for request in board.requests] == [status])


def test_a_press_without_a_network_outlives_the_browser(
    playwright: Playwright, chromium: str, board: JobBoard, tmp_path: Path
) -> None:
    """B8: offline, "not interested", closed; opened again the browser tells one record, with its age."""
    options: dict[str, Any] = {
        "executable_path": chromium,
        "args": CHROMIUM_ARGUMENTS,
        "ignore_default_args": PLAYWRIGHT_TURNS_OFF,
        "timeout": PATIENCE_MS,
    }
    first = playwright.chromium.launch_persistent_context(tmp_path, **options)
    page = first.new_page()
    page.goto(board.page())
    first.set_offline(True)
    board.is_reachable = False  # the browser goes online again as it closes
    began = time.monotonic()
    page.click("text=rejected")
    since = time.monotonic()
    wait_until(page, f"{QUEUE}.includes('rejected')")
    first.close()
    board.is_reachable = True

    again = playwright.chromium.launch_persistent_context(tmp_path, **options)
    least = (time.monotonic() - since) * 1_000
    again.new_page().goto(board.page("job_5"))
    assert board.wait(lambda: board.presses() == [("job_1", "rejected", False)])
    most = (time.monotonic() - began) * 1_000
    [press] = [request.body for request in board.requests if "kind" in request.body]
    assert least <= press["age"] <= most
    again.close()


@pytest.mark.parametrize("cors", [True, False])
def test_another_origin_is_not_asked_before(
    page: Page, board: JobBoard, other_board: JobBoard, cors: bool
) -> None:
    """B9: no OPTIONS request, whether or not the other origin lets the page read its answers."""
    other_board.answer = lambda _body, _number: BoardAnswer(cors=cors)
    page.goto(board.page(endpoint=other_board.url))
    page.clock.run_for(5_000)
    page.click("text=saved")
    assert other_board.wait(lambda: bool(other_board.presses()))
    page.close()

    assert other_board.wait(lambda: other_board.views() == [("job_1", 5.0)])
    assert other_board.presses() == [("job_1", "saved", False)]
    assert (other_board.asked, board.requests) == ([], [])


NO_STORAGE = """
Object.defineProperty(self, 'localStorage', {get() { throw new DOMException('blocked', 'SecurityError'); }});
"""
NO_BEACON = "navigator.sendBeacon = undefined;"
NO_FETCH = "self.fetch = () => { throw new TypeError('patched'); };"


@pytest.mark.parametrize(
    ("missing", "arrives"),
    [
        (NO_STORAGE, True),
        (NO_STORAGE + NO_BEACON, True),
        (NO_STORAGE + NO_FETCH, True),
        (NO_STORAGE + NO_BEACON + NO_FETCH, False),
    ],
    ids=["storage", "storage and beacon", "storage and fetch", "all"],
)
def test_what_works_is_used(
    page: Page, context: BrowserContext, board: JobBoard, missing: str, arrives: bool
) -> None:
    """B10, T11: storage throws, there is no beacon, fetch throws: no error, it arrives if it can."""
    page.add_init_script(missing)
    page.goto(board.page())
    page.click("text=saved")
    page.clock.run_for(5_000)
    page.close()
    last = context.new_page()
    last.goto(board.page("last"))
    last.clock.run_for(3_000)

    assert board.wait(lambda: ("last", 3.0) in board.views())
    if arrives:
        assert board.wait(lambda: ("job_1", 5.0) in board.views())
    assert board.presses() == ([("job_1", "saved", False)] if arrives else [])
    assert len(board.accepted()) == (3 if arrives else 1)


FULL = """() => {
    navigator.sendBeacon = () => false;
    self.fetch = () => Promise.reject(new TypeError('64 KiB'));
}"""


def test_a_full_queue_arrives_when_it_can(page: Page, context: BrowserContext, board: JobBoard) -> None:
    """B11: twenty visits wait, and the browser takes no more beacons; all arrive from the next page, once."""
    board.answer = lambda _body, _number: BoardAnswer(503)
    page.goto(board.page("job_0"))
    for number in range(1, 21):
        page.clock.run_for(2_000)
        page.evaluate(f"document.querySelector('main').dataset.jobId = 'job_{number}'")
    page.clock.run_for(2_000)
    page.evaluate(FULL)
    page.close()
    assert board.views() == []

    board.answer = lambda _body, _number: BoardAnswer()
    again = context.new_page()
    again.goto(board.page("job_30"))
    expected = {(f"job_{number}", 2.0) for number in range(21)}
    assert board.wait(lambda: set(board.views()) == expected)
    accepted = [request.body["id"] for request in board.requests if request.status == 202]
    assert len(set(accepted)) == 21  # the request under way when the page was closed may come beside it


def test_the_queue_is_bounded(page: Page, board: JobBoard) -> None:
    """Of more than fifty messages the oldest views are left out, never a press before a view."""
    board.answer = lambda _body, _number: BoardAnswer(503)
    page.goto(board.page("job_0"))
    page.click("text=saved")
    for number in range(1, 70):
        page.clock.run_for(1_000)
        page.evaluate("document.dispatchEvent(new Event('scroll'))")
        page.evaluate(f"document.querySelector('main').dataset.jobId = 'job_{number}'")
    queue = page.evaluate(f"JSON.parse({QUEUE})")

    assert len(queue) == 50
    assert queue[0]["kind"] == "saved"
    assert [message["job"] for message in queue[1:]] == [f"job_{number}" for number in range(20, 69)]


def test_an_expired_token_waits_for_a_new_page(page: Page, board: JobBoard) -> None:
    """B16: 401 keeps it in the queue; the next page, with a new token, tells it."""

    def answer(body: Mapping[str, Any], _number: int) -> BoardAnswer:
        return BoardAnswer(202 if body["token"] == "key.person.new.signature" else 401)

    board.answer = answer
    page.goto(board.page())
    page.click("text=saved")
    assert board.wait(lambda: len(board.requests) == 1)
    page.clock.run_for(2_000)
    page.click("text=applied")
    page.clock.run_for(600_000)
    assert {request.status for request in board.requests} == {401}
    page.goto(board.page("job_2", token="key.person.new.signature"))

    expected = [("job_1", "saved", False), ("job_1", "applied", False)]
    assert board.wait(lambda: board.presses() == sorted(expected))


def test_another_person_of_this_browser_tells_nothing_of_the_first(page: Page, board: JobBoard) -> None:
    """What waits is told with the token of the person whose it is, when they are back."""
    is_working = False
    board.answer = lambda body, _number: BoardAnswer(202 if is_working or body["job"] == "job_2" else 503)
    page.goto(board.page())
    page.click("text=saved")
    assert board.wait(lambda: len(board.requests) == 1)
    page.goto(board.page("job_2", token="key.another.time.signature"))
    is_working = True
    page.clock.run_for(600_000)
    assert board.wait(lambda: ("job_2", 60.0) in board.views())
    page.goto(board.page("job_3"))

    assert board.wait(lambda: board.presses() == [("job_1", "saved", False)])
    assert {(request.body["token"], request.body["job"]) for request in board.requests} == {
        (TOKEN, "job_1"),
        ("key.another.time.signature", "job_2"),
    }
