"""The rendered mail: placeholders, links, the two parts, and sizes."""

import pytest

from workers.writing.gate.rendered import refusal_of_rendered

JOB, STOP, MAILTO = (
    "https://k.example/j/a?x=1&y=%E3%81%82%AB%E3",
    "https://k.example/u/t",
    "mailto:stop@k.example",
)
LINKS = [JOB, STOP, MAILTO]
HTML = """<!doctype html><html lang="en"><head><title>New jobs</title>
<style>@media x{{a{{color:red}}}}</style></head>
<body><div style="display:none">The preheader of this mail &#8199;&#65279;</div>
<!--[if mso]><v:roundrect href="https://k.example/u/t"></v:roundrect><![endif]-->
<h1>New roles for you &amp; your friends</h1><p>We looked at <b>your</b> profile {text}.</p>
<a href="{job}">O&#39;Neil &amp; Söhne &lt;K.K.&gt;: see the job</a>
<p>株式会社の求人を<br>ご紹介しています。</p>
<a href="https://k.example/u/t">Unsubscribe</a> <a href="mailto:stop@k.example">write</a></body></html>"""
TEXT = """New roles for you & your friends

We looked at your profile
with care.

* O'Neil & Söhne <K.K.>: see the job
  https://k.example/j/a?x=1&y=%E3%81%82%AB%E3
株式会社の求人を
ご紹介しています。

Unsubscribe: https://k.example/u/t.
"""


def html(text: str = "with care", job: str = JOB.replace("&", "&amp;")) -> str:
    """The HTML part, with a text and a link."""
    return HTML.replace("{{", "{").replace("}}", "}").replace("{text}", text).replace("{job}", job)


def test_a_sound_mail_passes() -> None:
    """Braces of style sheets, escaped names and percent signs of links are no placeholders."""
    assert refusal_of_rendered(html(), TEXT, LINKS) is None


@pytest.mark.parametrize(
    "left",
    [
        "{{name}}",
        "[Your Name]",
        "%name%",
        "${name}",
        "〇〇様",
        "{% if %}",
        "[お名前]",
        "O&amp;#39;Neil",
        "[object Object]",
    ],
)
def test_a_left_over_placeholder_is_refused(left: str) -> None:
    """In either part, whoever wrote it."""
    in_html = refusal_of_rendered(html(left), TEXT.replace("with care", left), LINKS)
    in_text = refusal_of_rendered(html(), f"{TEXT}{left}", LINKS)

    assert in_html is not None
    assert in_html.check == "rendered_placeholders"
    assert in_text is not None
    assert in_text.check == "rendered_placeholders"


def test_a_value_that_was_missing_is_refused() -> None:
    """Python's word for nothing is no salary; the English word is one."""
    assert refusal_of_rendered(html("</p><p>None</p><p>"), TEXT, LINKS) is not None
    shown = html().replace("</h1>", "</h1><p>None of these suits you? Tell us.</p>")
    assert refusal_of_rendered(shown, f"None of these suits you? Tell us.\n{TEXT}", LINKS) is None


@pytest.mark.parametrize(
    "href",
    [
        "https://k.example/j/b",
        JOB.replace("&", "&amp;") + "x",
        "https://evil.example",
        "javascript:x",
        "",
        "#",
        "HTTPS://k.example/u/t",
    ],
)
def test_a_foreign_link_in_the_html_is_refused(href: str) -> None:
    """Exactly the signed ones, byte by byte."""
    refusal = refusal_of_rendered(html(job=href), TEXT, LINKS)

    assert refusal is not None
    assert refusal.check == "rendered_links"


def test_a_foreign_link_for_outlook_is_refused() -> None:
    """It stands in a comment, which Outlook reads."""
    shown = html().replace('roundrect href="https://k.example/u/t"', "roundrect href='https://evil.example'")

    refusal = refusal_of_rendered(shown, TEXT, LINKS)

    assert refusal is not None
    assert refusal.check == "rendered_links"


@pytest.mark.parametrize("foreign", ["https://k.example/u/tt", "http://k.example/u/t", "www.evil.example"])
def test_a_foreign_link_that_is_only_shown_is_refused(foreign: str) -> None:
    """A client links what looks like one, in either part."""
    in_text = refusal_of_rendered(html(), f"{TEXT}{foreign}", LINKS)
    in_html = refusal_of_rendered(html(f"with care {foreign}"), TEXT, LINKS)

    assert in_text is not None
    assert in_text.check == "rendered_links"
    assert in_html is not None
    assert in_html.check == "rendered_links"


def test_a_text_part_that_misses_a_sentence_is_refused() -> None:
    """Line breaks, bullets and short labels may differ."""
    refusal = refusal_of_rendered(html(), TEXT.replace("O'Neil & Söhne <K.K.>: see", "See"), LINKS)

    assert refusal is not None
    assert refusal.check == "rendered_parts"


def test_a_text_part_that_says_more_is_refused() -> None:
    """Half of its words are not in the HTML part."""
    more = "Another paragraph that nobody has written into the other part of this mail at all."

    refusal = refusal_of_rendered(html(), TEXT + more, LINKS)

    assert refusal is not None
    assert refusal.check == "rendered_parts"


def test_a_large_mail_is_refused() -> None:
    """Gmail clips it, and with it the link to unsubscribe; bytes count, not characters."""
    size = len(html().encode())

    assert refusal_of_rendered(html(), TEXT, LINKS, most_bytes=size) is None
    refusal = refusal_of_rendered(html(), TEXT, LINKS, most_bytes=size - 1)
    assert refusal is not None
    assert refusal.check == "rendered_size"


def test_a_mail_without_a_text_part_is_refused() -> None:
    """Both parts are sent."""
    assert refusal_of_rendered(html(), " \n", LINKS) is not None
    assert refusal_of_rendered("", TEXT, LINKS) is not None


def test_the_numbers_of_jobs_in_the_text_part_are_no_words_of_their_own() -> None:
    """A mail of forty short jobs is let through; forty numbers that stand anywhere else are not."""
    html = "<p>Nurse, Osaka.</p>" * 40
    lines = [f"{number % 10 + 1}. Nurse, Osaka." for number in range(40)]

    assert refusal_of_rendered(html, "\n".join(lines), []) is None
    assert refusal_of_rendered(html, "\n".join(f"Nurse, Osaka. {line[:2]}" for line in lines), []) is not None
