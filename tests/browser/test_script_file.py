"""The file that is shipped (B18)."""

import gzip
import re

from playwright.sync_api import Page

from tests.standins.job_board import JobBoard
from workers.serve.tracking_script import LONGEST, SHIPPED, shipped, without_white_space


def test_the_shipped_file_is_made_from_the_source() -> None:
    """`python -m workers.serve.tracking_script` was run after the last change."""
    assert SHIPPED.read_text("utf-8") == shipped()


def test_the_shipped_file_is_small() -> None:
    """At most 4,096 bytes; what a compressing server sends is printed."""
    content = SHIPPED.read_bytes()
    print(f"{len(content)} bytes, {len(gzip.compress(content, 9))} with gzip")

    assert len(content) <= LONGEST == 4_096
    assert len(gzip.compress(content, 9)) < 2_500


def test_the_shipped_file_needs_nothing_new() -> None:
    """ES2017: nothing of later editions, no code from text, nothing that costs the cache for going back."""
    text = SHIPPED.read_text("utf-8")

    assert not re.search(r"\?\?|\?\.[a-zA-Z\[(]|\.\.\.\w+\}|catch\{|\*\*=|\|\|=|\.flat\(|import\(", text)
    assert not re.search(r"\beval\b|new Function|unload|document\.cookie|innerHTML", text)


def test_white_space_is_removed_only_where_no_word_ends() -> None:
    """Strings and words stay as they are."""
    source = "const a = 'a  b'; // c 'd'\n\tif (a) return  b;\n\treturn typeof\n\ta;\n"

    assert without_white_space(source) == "let a='a  b';if(a)return b;return typeof a;"


def test_a_page_that_allows_no_inline_script_can_use_it(page: Page, board: JobBoard) -> None:
    """Content-Security-Policy: script-src 'self'. Nothing is reported against it."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    response = page.goto(board.page())
    page.clock.run_for(5_000)
    page.click("text=saved")

    assert response is not None
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert board.wait(lambda: board.presses() == [("job_1", "saved", False)])
    assert lines == []
