"""What holds for both parts of a mail: the sender, the language, and what is left out."""

import re
from dataclasses import fields, replace
from itertools import combinations
from typing import Any

import pytest

from tests.unit.writing.rendering.documents import document, elements, texts
from tests.unit.writing.rendering.pages import LANGUAGES, SENDERS, Words, page
from workers.writing.rendering.inlining import FRAME
from workers.writing.rendering.page import JobCard, MailPage
from workers.writing.rendering.render import links_of, render_html, render_text

LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|\[[A-Z][a-z]+|〇〇|○○|%\w+%|\$\{|None|Undefined")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sender_is_named_in_both_parts(language: Words) -> None:
    """Company, postal address, where questions go, and where one may opt out, in the mail's language."""
    mail = page(language, 1)
    sender, frame = SENDERS[language], FRAME[language]
    shown = "\n".join(texts(elements(document(render_html(mail)), "body")[0]))
    wanted = (sender.company, sender.postal_address, sender.contact, frame["may_opt_out"])

    for text in wanted:
        assert text in shown
        assert text in render_text(mail)
    assert frame["opt_out"] in shown
    assert sender.opt_out_url in links_of(mail)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_address_to_opt_out_the_contact_takes_it(language: Words) -> None:
    """The note that one may opt out is never missing."""
    mail = replace(page(language, 1), sender=replace(SENDERS[language], opt_out_url=None))

    for part in (render_html(mail), render_text(mail)):
        assert FRAME[language]["opt_out_by_contact"] in " ".join(part.split("\n"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_opts_out_by_mail_is_told_so(language: Words) -> None:
    """And not that there is a page."""
    url = "mailto:stop@jobs.example?subject=stop"
    mail = replace(page(language, 1), sender=replace(SENDERS[language], opt_out_url=url))
    html, text = render_html(mail), render_text(mail)

    for part in (html, text):
        assert FRAME[language]["may_opt_out_by_mail"] in " ".join(part.split("\n"))
        assert FRAME[language]["may_opt_out"] not in " ".join(part.split("\n"))
        assert url in part
    assert url in links_of(mail)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_of_the_sender_stands_in_both_parts(language: Words) -> None:
    """CAN-SPAM wants a mail to say that it is an advertisement; as text, whatever it holds."""
    notice = {"ja": "このメールは広告です。", "en": "This mail is an advertisement."}[language] + " <b>&</b>"
    mail = replace(page(language, 1), sender=replace(SENDERS[language], notice=notice))

    assert notice in "\n".join(texts(elements(document(render_html(mail)), "body")[0]))
    assert f"\n{notice}\n" in render_text(mail)
    assert notice not in render_text(replace(mail, sender=SENDERS[language]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_part_is_in_the_other_language(language: Words) -> None:
    """B8: after a mail in the other language, too."""
    other: Words = "en" if language == "ja" else "ja"
    for each in (other, language, other):
        render_html(page(each, 1))
    rendered = render_html(page(language, 1)) + render_text(page(language, 1))

    for name in ("view_job", "reason", "postal_address", "contact", "may_opt_out", "sender_company"):
        assert FRAME[other][name] not in rendered
    if language == "en":
        assert not re.search("[\u3040-\u30ff\u4e00-\u9fff]", rendered)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_without_jobs_are_left_out(language: Words) -> None:
    """E3: neither their title nor their call to action is shown."""
    mail = page(language, 40)
    empty = replace(mail.sections[2], jobs=(), call_to_action="EMPTY")
    mail = replace(mail, sections=(*mail.sections[:2], empty, *mail.sections[3:]))

    for part in (render_html(mail), render_text(mail)):
        assert empty.title not in part
        assert "EMPTY" not in part
        assert mail.sections[3].title in part
    assert empty.url not in links_of(mail)


OPTIONAL = [field.name for field in fields(JobCard) if field.name not in {"title", "line"}]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("missing", [*combinations(OPTIONAL, 1), *combinations(OPTIONAL, 2), tuple(OPTIONAL)])
def test_what_is_missing_leaves_no_trace(language: Words, missing: tuple[str, ...]) -> None:
    """B11: no double blank, no separator without both sides, no empty line of its own, no placeholder."""
    mail = page(language, 1)
    values: dict[str, Any] = {name: None if name in {"url", "salary"} else "" for name in missing}
    job = replace(mail.sections[0].jobs[0], **values)
    mail = replace(mail, sections=(replace(mail.sections[0], jobs=(job,)),))
    text, root = render_text(mail), document(render_html(mail))
    separator = FRAME[language]["separator"].strip()

    assert not LEFT_OVER.search(text)
    assert "\n\n\n" not in text
    assert all("  " not in line.strip() for line in text.splitlines())
    assert all(
        not line.strip().startswith(separator) and not line.endswith(separator) for line in text.splitlines()
    )
    assert [each for each in elements(root, "p") if not list(texts(each))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_with_nothing_optional_is_short(language: Words) -> None:
    """No blank paragraph, no rule, no placeholder where nothing was given."""
    mail = MailPage(language, "s", "", "", ("only this",), (), "", "")

    assert render_text(mail) == "only this\n"
    assert list(texts(elements(document(render_html(mail)), "body")[0])) == ["s", "only this"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left_over(language: Words) -> None:
    """B9: neither of our templates nor of a text."""
    rendered = render_html(page(language, 40)) + render_text(page(language, 40))

    assert not LEFT_OVER.search(rendered)


def test_both_languages_have_the_same_words() -> None:
    """A word that one language lacks would stop its mails only."""
    assert FRAME["ja"].keys() == FRAME["en"].keys()
