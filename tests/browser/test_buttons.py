"""What the buttons tell (B15), of one job and in a list."""

from playwright.sync_api import Page

from tests.browser.attention import pressed
from tests.standins.job_board import JobBoard


def test_a_double_click_is_one_press(page: Page, board: JobBoard) -> None:
    """B15, T7: two clicks within half a second are one; saved and then rejected takes saved back."""
    page.goto(board.page())
    page.dblclick("text=saved")
    page.clock.run_for(1_000)
    page.click("text=rejected")

    expected = [("job_1", "saved", False), ("job_1", "saved", True), ("job_1", "rejected", False)]
    assert board.wait(lambda: board.presses() == sorted(expected))
    assert pressed(page) == ["rejected"]


def test_a_second_press_takes_back(page: Page, board: JobBoard) -> None:
    """Applied stays beside saved; each is taken back by its own button."""
    page.goto(board.page())
    page.click("text=applied")
    page.click("text=saved")
    assert board.wait(lambda: len(board.presses()) == 2)
    assert pressed(page) == ["saved", "applied"]
    page.clock.run_for(1_000)
    page.click("text=saved")

    expected = [("job_1", "applied", False), ("job_1", "saved", False), ("job_1", "saved", True)]
    assert board.wait(lambda: board.presses() == sorted(expected))
    assert pressed(page) == ["applied"]


def test_buttons_of_a_list_name_their_own_jobs(page: Page, board: JobBoard) -> None:
    """A list is no visit; its buttons, also those that come later, are for the jobs that they name."""
    page.goto(board.page(none=""))
    page.evaluate(
        """document.querySelector('main').innerHTML =
        '<button data-kairos="saved" data-job-id="a" data-decision="r1" data-position="4">A</button>' +
        '<button data-kairos="saved" data-job-id="b">B</button>'"""
    )
    page.click("text=A")
    page.click("text=B")

    assert board.wait(lambda: board.presses() == [("a", "saved", False), ("b", "saved", False)])
    first = board.requests[0].body
    assert (first["request_id"], first["position"]) == ("r1", "4")
