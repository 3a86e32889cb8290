"""What a mail shows in HTML, and where its links lead."""

import re
from dataclasses import replace
from itertools import chain

import pytest

from tests.unit.writing.rendering.documents import document, elements, hrefs, texts
from tests.unit.writing.rendering.pages import LANGUAGES, ODD_URL, SENDERS, Words, page, with_text_everywhere
from workers.writing.rendering.inlining import FRAME, SOURCES
from workers.writing.rendering.page import JobCard, SectionBlock, Sender
from workers.writing.rendering.render import links_of, render_html, render_text

HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% for job in page.sections %}x{% endfor %}",
    "O'Neil & Söhne <K.K.>",
    "&#39;",
    "<!--[if mso]>-->",
    "</title></style>",
    '" onclick="alert(1)',
    '<mj-include path="/etc/passwd"/>',
    "]]>\x01\ud800\ufffe\u202e",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("jobs", [0, 1, 40])
def test_the_html_is_a_valid_document(language: Words, jobs: int) -> None:
    """A strict parser finds no error; the doctype, the language and the schemes are there."""
    html = render_html(page(language, jobs))
    root = document(html)
    metas = {meta.get("name"): meta.get("content") for meta in elements(root, "meta")}

    assert html.startswith("<!DOCTYPE html>")
    assert (root.get("lang"), root.get("dir")) == (language, "ltr")
    assert elements(root, "table")[0].get("lang") == language
    assert metas["color-scheme"] == metas["supported-color-schemes"] == "light dark"
    assert len(elements(root, "h3")) == jobs
    assert {table.get("role") for table in elements(root, "table")} == {"presentation"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_styles_are_attributes_and_only_conditions_stay(language: Words) -> None:
    """Programs that drop style sheets see the light scheme; Outlook gets its table and a font that it has."""
    html = render_html(page(language, 40))
    sheets = [next(texts(style)) for style in elements(document(html), "style")]

    assert [sheet.split("{")[0] for sheet in sheets] == [
        ":root",
        "@media (prefers-color-scheme:dark)",
        "[data-ogsb] .ground",
    ]
    for name in ("h1", "h2", "h3", "p", "td", "a"):
        bare = [each for each in elements(document(html), name) if not each.get("style")]
        assert bare == []
    assert html.count("<!--[if mso]>") == html.count("<![endif]-->") == 3
    assert {"data-css-inline", "<style></style>", "{%", "{{"} & set(
        re.findall(r"[\w-]+|<style></style>|\{.", html)
    ) == set()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_is_shown_as_it_is_written(text: str) -> None:
    """Escaped once in HTML, literal in the text, never a template; what no document can hold is left out."""
    hostile = with_text_everywhere(text)
    root = document(render_html(hostile))
    literal = re.sub("[\x01\ud800\ufffe\u202e]", "", text)

    assert next(texts(elements(root, "title")[0])) == literal
    assert [next(texts(title)) for title in elements(root, "h3")] == [literal]
    assert sum(literal in found for found in texts(elements(root, "body")[0])) >= 15
    assert elements(root, "script") == []
    assert {
        attribute for each in root.iter() for attribute in each.attrib if attribute.startswith("on")
    } == set()
    assert render_text(hostile).count(literal) >= 14
    assert not re.search(r"&(#|amp;|lt;)", render_text(hostile).replace(literal, ""))


def test_the_first_text_is_the_preheader() -> None:
    """A list of mails shows it, and invisible pairs behind it; the plain text lacks it."""
    for language in LANGUAGES:
        mail = page(language, 1)
        body = texts(elements(document(render_html(mail)), "body")[0])

        assert next(body) == mail.preheader
        assert set(next(body)) <= {"\u034f", "\u00a0"}
        assert mail.preheader not in render_text(mail)


def test_no_preheader_leaves_no_hidden_text() -> None:
    """The first text is then the sender's name."""
    mail = replace(page("en", 1), preheader="")
    body = elements(document(render_html(mail)), "body")[0]

    assert next(texts(body)) == SENDERS["en"].company
    assert "display: none" not in render_html(mail)


def test_links_lead_where_they_should_byte_by_byte() -> None:
    """B13: no character of a URL is changed, in HTML and in text."""
    mail = with_text_everywhere("x")
    found = hrefs(document(render_html(mail)))

    assert set(found) == {ODD_URL} == links_of(mail)
    assert len(found) == 5
    assert ODD_URL in render_text(mail).splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("jobs", [0, 1, 40])
def test_the_links_of_a_page_are_those_of_its_html(language: Words, jobs: int) -> None:
    """B6: nothing else leads anywhere, and every web address stands in the text part too."""
    mail = page(language, jobs)
    links = links_of(mail)
    text = render_text(mail)

    assert set(hrefs(document(render_html(mail)))) == links
    assert {link for link in links if link not in text} <= {
        SENDERS[language].site_url,
        "mailto:help@jobs.example",
    }
    assert len(links) > jobs


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//x.example", "https://x.example/ y", "https://x\n", ""],
)
def test_a_url_that_cannot_be_followed_is_no_link(url: str) -> None:
    """The job is shown without it."""
    section = SectionBlock("Jobs", "", (JobCard("Engineer", url),), "All", url)
    mail = replace(page("en", 1), sections=(section,), sender=None, action=("Answer", url))

    assert links_of(mail) == frozenset() == set(hrefs(document(render_html(mail))))
    assert "Engineer" in render_html(mail)
    assert "javascript" not in render_html(mail) + render_text(mail)


def test_a_link_says_where_it_goes() -> None:
    """By its text, or by its label when other links have the same text."""
    for language in LANGUAGES:
        mail = page(language, 40)
        links = elements(document(render_html(mail)), "a")
        names: dict[str, str] = {}
        for link in links:
            name = link.get("aria-label") or " ".join(texts(link))
            assert names.setdefault(name, link.attrib["href"]) == link.attrib["href"]
        frame = FRAME[language]
        for job in chain.from_iterable(section.jobs for section in mail.sections):
            assert names[f"{frame['view_job']}{frame['colon']}{job.title}"] == job.url


def test_contacts_that_are_addresses_are_links() -> None:
    """A mail address and a page are, a phone number is not."""

    def link(contact: str) -> frozenset[str]:
        sender = Sender("A", "B", contact)
        return links_of(replace(page("en", 0), sender=sender, action=None))

    assert link("help@jobs.example") == {"mailto:help@jobs.example"}
    assert link("https://jobs.example/help") == {"https://jobs.example/help"}
    assert link("03-1234-5678") == frozenset()


def test_templates_hold_nothing_that_would_not_survive_the_inlining() -> None:
    """A quote, an ampersand or an angle bracket in an expression would be escaped at import."""
    for name, source in SOURCES.items():
        if name.endswith(".html"):
            assert [each for each in re.findall(r"\{\{(.*?)\}\}", source) if set(each) & set("\"'<>&")] == []
