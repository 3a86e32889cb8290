"""Values of records: shown literally, or not at all."""

from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.writing.gate.corpus import lines
from workers.writing.gate.links import first_link
from workers.writing.gate.values import usable_value

VALUES = lines("values.jsonl")


@pytest.mark.parametrize("line", VALUES, ids=[ascii(line["value"])[:40] for line in VALUES])
def test_a_value_of_a_record_is_usable_or_not(line: dict[str, Any]) -> None:
    """Markup, templates, links, addresses, telephones and placeholders are not; ordinary names are."""
    assert usable_value(line["value"], line["most"]) == line["expected"]


@given(value=st.text(), most=st.integers(1, 20))
def test_a_usable_value_is_short_visible_and_usable_again(value: str, most: int) -> None:
    """No control, no direction, no double blank, no link; the same value comes out when read again."""
    usable = usable_value(value, most)
    if usable is not None:
        assert len(regex.findall(r"\X", usable)) <= most
        assert usable == usable.strip()
        assert not regex.search(r"[\p{Cc}\p{Bidi_Control}\u200b]|\s\s", usable)
        assert first_link(usable) is None


@given(
    host=st.sampled_from(["evil.com", "evil.example", "evil.co.jp", "x.zip"]),
    before=st.sampled_from(["", " ", "株式会社", "（", "Engineer at "]),
    after=st.sampled_from(["", " ", "株式会社", "）", "/path", "まで"]),
    hidden=st.sampled_from(["", "\u200b", "\u00ad", "\u2060", "\u202e"]),
)
def test_a_host_is_found_wherever_it_stands(host: str, before: str, after: str, hidden: str) -> None:
    """Also behind characters that cannot be seen."""
    assert usable_value(before + host[:2] + hidden + host[2:] + after, 80) is None


@pytest.mark.parametrize(
    "value", ["evil”.com", "evil「.com is a long name」", "{”{name}}", "evil「.com and more, 」"]
)
@pytest.mark.parametrize("most", [12, 80])
def test_a_removed_quotation_mark_joins_no_link(value: str, most: int) -> None:
    """Marks without a partner are removed before links are looked for, and after the cut again."""
    usable = usable_value(value, most)

    assert usable is None or (first_link(usable) is None and "evil.com" not in usable)
