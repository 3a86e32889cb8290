"""How long a job was looked at, as the endpoint hears it (B1 to B6, B12 to B14, B17 and more)."""

from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser.attention import HIDDEN_FROM_THE_START, attend, hide, show
from tests.browser.killable import connected
from tests.browser.waiting import wait_until
from tests.standins.job_board import JobBoard

BEATS = [3, 10, 20, 30, 60, 120, 300, 900]


def told(board: JobBoard, *views: tuple[str, float]) -> bool:
    """Whether exactly these visits arrive."""
    return board.wait(lambda: board.views() == sorted(views))


def is_asked(board: JobBoard, times: int) -> bool:
    """Whether the endpoint was asked that often."""
    return len(board.requests) == times


def in_order(board: JobBoard, field: str) -> list[float]:
    """A field of all requests, lowest first: two that are under way at once come in any order."""
    return sorted(request.body[field] for request in board.requests)


def nothing_told(context: BrowserContext, board: JobBoard) -> bool:
    """Whether nothing has come when the visit of another page has."""
    last = context.new_page()
    last.goto(board.page("last"))
    last.clock.run_for(3_000)
    board.wait(lambda: bool(board.requests))
    return [request.body["job"] for request in board.requests] == ["last"]


def test_a_visit_is_told_when_its_tab_is_closed(page: Page, board: JobBoard) -> None:
    """B1: five visible seconds are one visit."""
    page.goto(board.page())
    page.clock.run_for(5_000)
    page.close()

    assert told(board, ("job_1", 5.0))
    assert {(request.body["source"], request.body["bot"]) for request in board.requests} == {("feed", True)}
    assert board.wait(lambda: in_order(board, "seq") == [1, 2])  # the first may be the later to arrive


def test_hidden_time_does_not_count(page: Page, board: JobBoard) -> None:
    """B2, T6: three seconds, ten in the background, three again."""
    page.goto(board.page())
    page.clock.run_for(3_000)
    hide(page)
    page.clock.run_for(10_000)
    show(page)
    page.clock.run_for(3_000)
    page.close()

    assert told(board, ("job_1", 6.0))


def test_a_tab_that_is_never_looked_at_is_no_visit(
    page: Page, context: BrowserContext, board: JobBoard
) -> None:
    """B3: opened in the background, and closed there."""
    page.add_init_script(HIDDEN_FROM_THE_START)
    page.goto(board.page())
    page.clock.run_for(60_000)
    page.close()

    assert nothing_told(context, board)


def test_a_page_that_was_loaded_hidden_counts_from_when_it_is_shown(page: Page, board: JobBoard) -> None:
    """The same tab, looked at after a minute."""
    page.add_init_script(HIDDEN_FROM_THE_START)
    page.goto(board.page())
    page.clock.run_for(60_000)
    show(page)
    page.clock.run_for(4_000)
    page.close()

    assert told(board, ("job_1", 4.0))


def test_a_link_ends_one_visit_and_begins_another(page: Page, board: JobBoard) -> None:
    """B4: both are right, and the first is told before the second begins."""
    page.goto(board.page())
    page.clock.run_for(4_000)
    page.click("text=next")
    page.wait_for_url("**/job_2")
    assert board.wait(lambda: board.views() == [("job_1", 4.0)])
    page.clock.run_for(7_000)
    page.close()

    assert told(board, ("job_1", 4.0), ("job_2", 7.0))


def test_the_button_back_begins_a_new_visit(page: Page, board: JobBoard) -> None:
    """B5: a page from the cache for going back is a new visit; the old total stays as it was."""
    page.goto(board.page())
    page.evaluate("self.kept = true")
    page.clock.run_for(4_000)
    page.click("text=next")
    page.wait_for_url("**/job_2")
    page.evaluate("history.back()")
    wait_until(page, "self.kept")  # the same page, not loaded again
    page.clock.run_for(6_000)
    page.close()

    assert told(board, ("job_1", 4.0), ("job_1", 6.0))


def test_another_job_on_the_same_page_is_another_visit(page: Page, board: JobBoard) -> None:
    """B6: times do not mix when a page changes its data-job-id."""
    page.goto(board.page())
    page.clock.run_for(5_000)
    page.evaluate("document.querySelector('[data-job-id]').dataset.jobId = 'job_7'")
    page.clock.run_for(8_000)
    page.evaluate("document.querySelector('main').remove()")
    page.clock.run_for(60_000)
    page.close()

    assert told(board, ("job_1", 5.0), ("job_7", 8.0))


def test_sleep_does_not_count(page: Page, board: JobBoard) -> None:
    """B12: the lid is closed for ten minutes: no timer fires, and the clock has gone on."""
    page.goto(board.page())
    page.clock.run_for(5_000)
    page.clock.fast_forward(600_000)
    page.mouse.move(50, 60)
    page.clock.run_for(2_000)
    page.close()

    assert told(board, ("job_1", 8.0))  # the sleep is one tick


def test_nobody_there_does_not_count(page: Page, board: JobBoard) -> None:
    """B13: three visible minutes without an act count for one, and time counts again from the next act on."""
    page.goto(board.page())
    page.clock.run_for(180_000)
    page.mouse.move(50, 60)
    page.clock.run_for(5_000)
    page.close()

    assert told(board, ("job_1", 65.0))


def test_beats_grow(page: Page, board: JobBoard) -> None:
    """Half an hour is eight messages, and is all that counts of two hours."""
    page.goto(board.page())
    for number, (before, beat) in enumerate(pairwise([0, *BEATS]), 1):
        attend(page, beat - before)
        assert board.wait(partial(is_asked, board, number))
    attend(page, 7_200)
    page.close()

    assert told(board, ("job_1", 1_800.0))
    assert in_order(board, "seconds") == [*BEATS, 1_800]


def test_a_page_without_a_job_tells_nothing(page: Page, context: BrowserContext, board: JobBoard) -> None:
    """B17, T9: no data-job-id: nothing, and one line in the console says so."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.goto(board.page(none=""))
    page.clock.run_for(60_000)
    page.close()

    assert nothing_told(context, board)
    assert lines == ["Kairos: no data-job-id"]


def test_a_script_that_is_loaded_twice_tells_once(page: Page, board: JobBoard) -> None:
    """B17: one visit."""
    page.goto(board.page(twice=""))
    page.clock.run_for(5_000)
    page.close()

    assert told(board, ("job_1", 5.0))


def test_without_consent_nothing_is_told(page: Page, context: BrowserContext, board: JobBoard) -> None:
    """data-consent="no"."""
    page.goto(board.page(consent="no"))
    page.clock.run_for(5_000)
    page.click("text=saved")
    page.close()

    assert nothing_told(context, board)


def test_after_a_kill_the_last_beat_counts(
    playwright: Playwright, chromium: str, board: JobBoard, tmp_path: Path
) -> None:
    """B14: SIGKILL of the browser after twelve seconds; the beat of ten was heard."""
    with connected(playwright, chromium, tmp_path) as browser:
        page = browser.contexts[0].new_page()
        page.clock.install(time=1_700_000_000)
        page.clock.pause_at(1_700_000_001)
        page.goto(board.page())
        page.clock.run_for(3_000)
        page.clock.run_for(9_000)
        assert board.wait(lambda: board.views() == [("job_1", 10.0)])

    assert told(board, ("job_1", 10.0))


@pytest.mark.slow
def test_real_seconds(context: BrowserContext, board: JobBoard) -> None:
    """B1 on the machine's own clock: five seconds of an untouched browser."""
    context.clock.resume()
    page = context.new_page()
    page.goto(board.page())
    page.wait_for_timeout(5_000)
    page.close()

    board.wait(lambda: bool(board.views()) and board.views()[0][1] > 4)
    [(job, seconds)] = board.views()
    assert job == "job_1"
    assert 4 <= seconds <= 6
