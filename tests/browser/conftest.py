"""Debian's Chromium, driven by playwright, and stand-ins for the job site; no Chromium: all is skipped."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.killable import CHROMIUM_ARGUMENTS
from tests.browser.waiting import PATIENCE_MS
from tests.standins.job_board import JobBoard, job_board

# a page that was left may be kept for the button "back", as for a person; playwright turns that off
PLAYWRIGHT_TURNS_OFF = ["--disable-back-forward-cache"]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium: apt-get install --no-install-recommends chromium")
    return path


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver, ended with the file: while it runs, no other event loop can."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """One browser for the tests that do not end it."""
    started = playwright.chromium.launch(
        executable_path=chromium,
        args=CHROMIUM_ARGUMENTS,
        ignore_default_args=PLAYWRIGHT_TURNS_OFF,
        timeout=PATIENCE_MS,
    )
    yield started
    started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A person's browser, without memories, whose clock stands still until a test lets it run."""
    opened = browser.new_context()
    opened.set_default_timeout(PATIENCE_MS)
    opened.clock.install(time=1_700_000_000)
    opened.clock.pause_at(1_700_000_001)
    yield opened
    opened.close()


@pytest.fixture
def errors() -> list[str]:
    """The errors of the pages of a test: there must be none."""
    return []


@pytest.fixture
def page(context: BrowserContext, errors: list[str]) -> Iterator[Page]:
    """A page; the test fails when a script on it does."""
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert errors == []


@pytest.fixture
def board() -> Iterator[JobBoard]:
    """A job site."""
    with job_board() as started:
        yield started


@pytest.fixture
def other_board() -> Iterator[JobBoard]:
    """Another origin."""
    with job_board() as started:
        yield started
