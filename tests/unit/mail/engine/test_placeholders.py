"""Personal data in a text: what may be shown, and in which form."""

import pytest

from tests.unit.mail.engine.prospects import SARAH, engine
from workers.mail.engine import TemplateError
from workers.mail.engine.placeholders import NEVER_SHOWN, PLACEHOLDERS, PROTECTED, filled, values_of

HOSTILE = {
    "a link": "https://evil.example/x",
    "a host": "www.evil.example",
    "a host in other letters": "ｅｖｉｌ．ｃｏｍ",
    "an address": "jun@example.com",
    "a telephone": "090-1234-5678",
    "markup": "<b>jazz</b>",
    "an entity": "&lt;script&gt;",
    "a template": "{{first_name}}",
    "another template": "{% raw %}",
    "a placeholder": "[name]",
    "nothing": "null",
    "stacked marks": "e\u0301\u0302\u0303\u0304\u0305",
}
CLEANED = {
    "\u202ejazz\u202c": "jazz",
    "ja\x00zz\x1b": "jazz",
    " ja\nzz \t": "ja zz",
    "ja\u200bzz": "jazz",
    "Söhne & O'Neil": "Söhne & O'Neil",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_p13_a_value_that_is_dangerous_is_not_shown(value: str) -> None:
    """P13: it counts as not known."""
    assert values_of({"interests": [value]}) == {}
    assert values_of({"interests": [value, "jazz"]}) == {"interest": "jazz"}


@pytest.mark.parametrize(("value", "shown"), CLEANED.items())
def test_p13_a_value_is_cleaned(value: str, shown: str) -> None:
    """P13: of controls, directions and blanks; it is literal otherwise."""
    assert values_of({"interests": value}) == {"interest": shown}


def test_p13_a_value_has_a_longest_length() -> None:
    """P13: a longer one is cut, and ends in an ellipsis; a longer name is none."""
    long = "wort" * 400
    lists = (
        "interests",
        "cuisine_preference",
        "upcoming_events",
        "venue_history",
        "favorite_hosts",
        "skills",
    )
    values = values_of(dict.fromkeys((*lists, "occupation", "company", "industry", "name"), long))

    assert {name: len(value) for name, value in values.items()} == {
        row.name: row.longest for row in PLACEHOLDERS if row.name not in ("name", "first_name")
    }
    assert {value[-1] for value in values.values()} == {"…"}


def test_p13_a_value_is_not_looked_at_again() -> None:
    """P13: what was filled in is no template."""
    assert filled("{{name}} and {{host}}", {"name": "{{host}}", "host": "x"}) == "{{host}} and x"
    assert filled("{{name}}, {{host|you}}", {"name": "a"}) == "a, you"
    assert filled("{{name}}", {}) is None


@pytest.mark.parametrize("name", sorted(NEVER_SHOWN | PROTECTED))
async def test_p13_sensitive_data_is_no_placeholder(name: str) -> None:
    """P13: a template that asks for it is refused."""
    with pytest.raises(TemplateError, match=rf"\{{\{{{name}\}}\}} is personal data"):
        await engine().personalize_message(SARAH, f"We know your {{{{{name}}}}}.")


async def test_p13_the_address_of_the_reader_stands_in_no_text() -> None:
    """P13: not even where another field holds it, in another form."""
    person = SARAH | {"email": "sarahchenjazz", "interests": ["SarahChenJazz"]}
    result = await engine().personalize_message(person, "You like {{interest|music}}. We have news.")

    assert "sarahchenjazz" not in f"{result.message.subject}{result.message.text}".casefold()
    assert "sarah.chen" not in repr(result.as_dict())
