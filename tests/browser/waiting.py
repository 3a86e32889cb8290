"""Waiting for what happens on a page."""

import time

from playwright.sync_api import Error, Page

from tests.integration.processes import HANG_SECONDS

PATIENCE_MS = HANG_SECONDS * 1_000  # instead of playwright's 30 s, which a busy machine takes


def wait_until(page: Page, expression: str) -> None:
    """Wait until an expression is true; playwright's own way evaluates text, which a page may forbid."""
    deadline = time.monotonic() + HANG_SECONDS
    while not holds(page, expression):
        assert time.monotonic() < deadline, f"it did not come true: {expression}"
        page.wait_for_timeout(20)


def holds(page: Page, expression: str) -> bool:
    """Whether an expression is true; False while the page is replaced by another one."""
    try:
        return bool(page.evaluate(expression))
    except Error:
        return False
