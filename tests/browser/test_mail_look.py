"""A mail as Chromium shows it: it fits every width, can be read in both schemes, and is easily pressed."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.unit.writing.rendering.pages import LANGUAGES, ODD_URL, Words, page, with_text_everywhere
from tests.unit.writing.rendering.test_palette import LEAST_CONTRAST, contrast
from workers.writing.rendering.page import MailPage
from workers.writing.rendering.render import render_html

LEAST_TOUCH_PX = 44
# every text that is shown, with its colour and the first ground behind it that is not transparent
COLOURS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || !holder.checkVisibility()) continue;
    let ground = holder;
    while (getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
    found.push([node.data.trim(), getComputedStyle(holder).color, getComputedStyle(ground).backgroundColor]);
  }
  return found;
}"""
WIDTHS = """() => [document.documentElement.scrollWidth,
  document.querySelector(".column").getBoundingClientRect().width]"""


def hexadecimal(colour: str) -> str:
    """`rgb(1, 2, 3)` as `#010203`."""
    return "#" + "".join(f"{int(part):02x}" for part in colour.removeprefix("rgb(").rstrip(")").split(","))


def shown_in(browser: Browser, html: str, width: int, **options: Any) -> Page:
    """A mail in a window of its own."""
    opened = browser.new_page(viewport={"width": width, "height": 740}, **options)
    opened.set_content(html)
    return opened


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_schemes(browser: Browser, language: Words, scheme: Any) -> None:
    """B31: the contrast that the browser shows, which the order of the rules decides."""
    opened = shown_in(browser, render_html(page(language, 40)), 800, color_scheme=scheme)
    found = opened.evaluate(COLOURS)
    opened.close()
    ratios = {text: contrast(hexadecimal(colour), hexadecimal(ground)) for text, colour, ground in found}
    dark = {ground for _, _, ground in found if contrast(hexadecimal(ground), "#000000") < LEAST_CONTRAST}

    assert {text: ratio for text, ratio in ratios.items() if ratio < LEAST_CONTRAST} == {}
    assert len(ratios) > 60
    assert len(dark) == (3 if scheme == "dark" else 1)  # page, card and button; in light the button only


MAILS = (*(page(words, 40) for words in LANGUAGES), *map(with_text_everywhere, ("x" * 300, ODD_URL * 5)))


@pytest.mark.parametrize("mail", MAILS, ids=["ja", "en", "a long word", "a long address"])
def test_a_mail_fits_every_width(browser: Browser, mail: MailPage) -> None:
    """No scrolling sideways, not even for a word without blanks; one column of at most 600 px."""
    opened = shown_in(browser, render_html(mail), 800)
    for width in (800, 480, 360):
        opened.set_viewport_size({"width": width, "height": 740})
        whole, column = opened.evaluate(WIDTHS)

        assert whole == width
        assert column == min(600, width if width < 480 else width - 24)
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_large_enough_for_a_thumb(browser: Browser, language: Words) -> None:
    """All but the mail address inside a sentence."""
    opened = shown_in(browser, render_html(page(language, 1)), 360)
    sizes = opened.locator("a:not([href^=mailto])").evaluate_all(
        "all => all.map(each => [each.innerText, each.getBoundingClientRect().height])"
    )
    opened.close()

    assert len(sizes) == 5
    assert [(text, height) for text, height in sizes if height < LEAST_TOUCH_PX] == []


def test_the_preheader_is_not_seen(browser: Browser) -> None:
    """It is for the list of mails."""
    mail = page("ja", 1)
    opened = shown_in(browser, render_html(mail), 800)
    seen = opened.locator("body").inner_text()
    opened.close()

    assert mail.preheader not in seen
    assert seen.split("\n")[0] == "株式会社青空キャリア"
