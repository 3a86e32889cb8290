"""What a person does with a tab, where a headless browser cannot do it by itself; what they see pressed."""

from playwright.sync_api import Page

HIDDEN_FROM_THE_START = (
    "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})"
)
SET_VISIBILITY = """state => {
    Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
    document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
}"""


def hide(page: Page) -> None:
    """As if another tab came to the front."""
    page.evaluate(SET_VISIBILITY, "hidden")


def show(page: Page) -> None:
    """As if this tab came to the front again."""
    page.evaluate(SET_VISIBILITY, "visible")


def pressed(page: Page) -> list[str]:
    """The buttons that show that they are pressed."""
    kinds: list[str] = page.eval_on_selector_all(
        "[aria-pressed=true]", "buttons => buttons.map(button => button.dataset.kairos)"
    )
    return kinds


def attend(page: Page, seconds: int) -> None:
    """Let time pass, with an act at least every 50 seconds."""
    for left in range(seconds, 0, -50):
        page.evaluate("document.dispatchEvent(new Event('scroll'))")
        page.clock.run_for(min(left, 50) * 1_000)
