"""Templates are checked before anything is made of them."""

from typing import Any

import pytest

from tests.unit.mail.engine.prospects import SARAH, engine
from workers.mail.engine import MessageTemplate, TemplateError
from workers.mail.engine.message_template import MOST_CHARACTERS, read_template, sentences_of


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (None, "not NoneType"),
        (b"Hello", "not bytes"),
        ("", "the body of the template is empty"),
        ({}, "the body of the template is empty"),
        ({"body": []}, "the body of the template is empty"),
        ({"body": 3}, "body: must be a text or a list of paragraphs, not int"),
        ({"body": ["a", 3]}, r"body\[1\]: must be a text, not int"),
        ({"body": "a", "subjct": "b"}, "has no 'subjct'; did you mean subject"),
        ({"body": "a", "subject": None}, "subject: must be a text"),
        ({"body": "a", "language": "fr"}, "the language of a template is en or ja"),
        ({"body": "a", "id": 3}, "the id of a template is a text"),
        ("a" * (MOST_CHARACTERS + 1), "at most 20000 are read"),
        (
            "Hi {{frist_name}}.",
            r"no placeholder \{\{frist_name\}\}; did you mean first_name\?; there are name,",
        ),
        ("Hi {{name.}}.", "braces stand around no placeholder"),
        ("Hi {{name|a. b}}.", "the default of name may not end a sentence"),
        ("Hi {{name}.", "braces stand around no placeholder"),
        ("{% for x in y %}", "braces stand around no placeholder"),
        ("{{name.__class__}}", "braces stand around no placeholder"),
    ],
)
async def test_p7_p9_a_template_that_cannot_be_used_says_why(template: Any, told: str) -> None:
    """P7, P9: which part, and what to do."""
    with pytest.raises(TemplateError, match=told):
        await engine().personalize_message(SARAH, template)


def test_p9_templates_of_an_engine_are_checked_at_the_start() -> None:
    """P9: before anybody is written to."""
    with pytest.raises(TemplateError, match="frist_name"):
        engine(templates=[{"id": "news", "body": "Hi {{frist_name}}."}])


async def test_p9_a_template_of_an_engine_is_used_by_its_name() -> None:
    """P9: the registry."""
    known = engine(templates=[{"id": "news", "body": "We have news for {{first_name|you}}."}])

    assert "We have news for Sarah." in (await known.personalize_message(SARAH, "news")).message.text


def test_a_text_is_a_template() -> None:
    """P2: paragraphs, a greeting, and the language by its letters."""
    read = read_template("Hello {{first_name|there}}, we have\nnews. Come by.\n\nIt is free.")

    assert read == MessageTemplate(
        body=("we have news. Come by.", "It is free."), greeting="Hello {{first_name|there}},"
    )
    assert read_template("{{name}}様、お知らせです。") == MessageTemplate(
        body=("お知らせです。",), greeting="{{name}}様、", language="ja"
    )
    assert read_template("Hello!").body == ("Hello!",)


def test_sentences_end_where_they_end() -> None:
    """P13: not after an abbreviation, nor inside of a number."""
    assert sentences_of("Dr. Chen has 3.5 stars. Is it so? Yes!", "en") == [
        "Dr. Chen has 3.5 stars.",
        "Is it so?",
        "Yes!",
    ]
    assert sentences_of("今日です。明日は？はい！", "ja") == ["今日です。", "明日は？", "はい！"]
