"""The plain text of a mail."""

import re
from dataclasses import replace

from tests.unit.writing.rendering.pages import ODD_URL, page, with_text_everywhere
from workers.writing.rendering.render import render_text


def test_the_english_text_has_short_lines_and_whole_urls() -> None:
    """At most 72 columns, unless a URL or a title is longer; nothing is lost by wrapping."""
    mail = page("en", 40)
    long = replace(mail, introduction=(f"Please see {ODD_URL + 'x' * 1500} " + "and more words " * 40,))
    text = render_text(long)

    assert [line for line in text.splitlines() if len(line) > 72 and "https://" not in line] == []
    assert ODD_URL + "x" * 1500 in text.split()
    assert text.count("and more words") + text.count("and\nmore words") + text.count("and more\nwords") == 40


def test_a_job_in_the_text_reads_line_by_line() -> None:
    """Its number and title, company and place, salary, sentence, reason, link."""
    text = render_text(page("ja", 1))

    assert (
        "1. データエンジニア（分散処理基盤）0\n"
        "   株式会社青空テクノロジー／東京都渋谷区\n"
        "   年収600万円～850万円\n"
        "   Kafka を用いた配信基盤の設計と運用をご担当いただきます。\n"
        "   おすすめの理由：分散処理のご経験をお持ちのため\n"
        "   https://jobs.example/jobs/0?a=1&b=%26\n"
    ) in text


def test_line_breaks_in_values_make_no_lines() -> None:
    """A title cannot pretend to be another part of the mail; an ideographic blank in a name stays."""
    mail = with_text_everywhere("one\r\n\r\n2. two\u2028three  four　five", "ja")

    assert "1. one 2. two three four　five\n" in render_text(mail)
    assert not re.search(r"^2\.", render_text(mail), re.MULTILINE)
