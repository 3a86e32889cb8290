"""The job site as a person uses it: what they do changes their feed, and every page fits their screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.attention import attend
from tests.integration.processes import until
from tests.standins.job_source import DemoJobs, job_site
from tests.unit.demo.received import received

NOW = 1_790_000_000_000
PAGES = (
    "/jobs/browse/",
    "/jobs/browse/?q=engineer&place=tokyo",
    "/jobs/feed/",
    "/jobs/before-after/",
    "/mails/",
    "/mails/?to=user_001",
    "/mails/1/",
    "/events/event_001/",
    "/nowhere/",
)


@pytest.fixture
def source() -> DemoJobs:
    """The demo's jobs."""
    return DemoJobs(NOW)


@pytest.fixture
def site(source: DemoJobs) -> Iterator[str]:
    """The address of the site."""
    with job_site(source) as address:
        yield address


def titles(page: Page) -> list[str]:
    """The titles of the list of a page."""
    return page.locator(".cards h2, .columns section:last-child a").all_inner_texts()


def test_a_person_browses_reads_saves_and_gets_another_feed(page: Page, site: str, source: DemoJobs) -> None:
    """U2, the document's five steps: be somebody, browse, read half a minute, save, browse the feed again."""
    page.goto(f"{site}/jobs/browse/")
    with page.expect_navigation():  # or what follows may still be done by the person of the page before
        page.select_option("select[name=person]", source.people[1].id)
    page.fill("input[name=q]", "python")
    page.click("text=Search")
    page.wait_for_url("**q=python**")
    expect(page.locator("select[name=person]")).to_have_value(source.people[1].id)
    page.locator(".cards a").first.click()
    expect(page.locator("[data-kairos=saved]")).to_be_visible()  # or the title is that of the page before
    title = page.locator("h1").inner_text()
    attend(page, 30)
    page.click("text=Save for later")
    expect(page.locator("[data-kairos=saved]")).to_have_attribute("aria-pressed", "true")

    page.click("text=See your feed")
    page.wait_for_url("**/jobs/feed/")

    def acts() -> set[tuple[str, str]]:
        return {(act.kind, act.title) for act in source.acts(source.people[1].id)}

    until(lambda: {("saved", title), ("viewed", title)} <= acts())  # the view is told when its page is left
    assert page.locator(".reason").first.inner_text().startswith(f"Based on your interest in {title} roles")
    page.click("text=Before and after")
    expect(page.locator(".did")).to_contain_text(title)
    expect(page.locator(".move").first).to_be_visible()


def test_a_press_changes_the_list_by_the_stream(page: Page, site: str, source: DemoJobs) -> None:
    """C15: the page's clock stands still, so that it cannot ask by itself."""
    with page.expect_response("**/jobs/api/feed/stream?*") as opened:
        page.goto(f"{site}/jobs/feed/")
    assert opened.value.status == 200
    first = page.locator("[data-job]").first
    job = first.get_attribute("data-job")
    first.get_by_role("button", name="Not interested").click()
    expect(page.locator(f'[data-job="{job}"]')).to_have_count(0)
    assert (source.asked_by_request[-1] or "").startswith("list-")
    page.clock.run_for(600)  # a second click within half a second would be a double click
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(f'[data-job="{job}"]')).to_be_visible()


def test_a_press_changes_the_list_without_a_stream(page: Page, site: str, source: DemoJobs) -> None:
    """C15: a rejected job vanishes without a reload, and comes back when that is taken back."""
    source.has_stream = False
    page.goto(f"{site}/jobs/feed/")
    first = page.locator("[data-job]").first
    job = first.get_attribute("data-job")
    first.get_by_role("button", name="Not interested").click()
    run_until_hidden(page, f'[data-job="{job}"]')
    page.clock.run_for(600)  # a second click within half a second would be a double click
    page.get_by_role("button", name="Take back").click()
    for _ in range(30):
        page.clock.run_for(400)
        if page.locator(f'[data-job="{job}"]').count():
            break
    expect(page.locator(f'[data-job="{job}"]')).to_be_visible()


def run_until_hidden(page: Page, selector: str) -> None:
    """Let time pass until an element is gone."""
    for _ in range(30):
        page.clock.run_for(400)
        if not page.locator(selector).count():
            return
    expect(page.locator(selector)).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
def test_pages_fit_a_small_screen(browser: Browser, site: str, source: DemoJobs, locale: str) -> None:
    """No page is wider than 360 px, in neither language; nothing is reported in the console."""
    small: BrowserContext = browser.new_context(viewport={"width": 360, "height": 740}, locale=locale)
    source.received = [received(1, Subject="月見の会に" * 20), received(2, "x" * 60 + "@example.com")]
    page, lines = small.new_page(), list[str]()
    page.on("console", lambda message: lines.append(message.text))
    for path in (*PAGES, f"/jobs/{source.open_jobs()[0].id}/"):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert page.evaluate("document.documentElement.lang") == locale[:2]
    small.close()

    expected = ("404", "Blocked script execution")  # the page that does not exist, the script of the mail
    assert [line for line in lines if not any(words in line for words in expected)] == []


def test_a_mail_is_seen_and_none_of_its_scripts_runs(page: Page, site: str, source: DemoJobs) -> None:
    """In its frame, which the browser says that it has blocked scripts in."""
    source.received, said = [received()], list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append("a script ran"))
    page.goto(f"{site}/mails/")
    page.click("text=Curry Workshop")
    expect(page.frame_locator("iframe").locator("p")).to_have_text("Hi")
    page.click("text=Plain text")
    expect(page.locator("pre").first).to_contain_text("Hi Sarah")

    assert [line for line in said if "Blocked script execution" not in line] == []
    assert said != []


def test_everything_is_reached_by_the_keyboard(page: Page, site: str) -> None:
    """The first stop skips to the content; every control has a name."""
    page.goto(f"{site}/jobs/feed/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    unnamed = page.locator("button, a, select, input:not([type=hidden])").evaluate_all(
        "all => all.filter(each => !(each.innerText || each.labels && each.labels.length)"
        " && !each.hidden).map(each => each.outerHTML)"
    )

    assert unnamed == []
