"""The page as HTML, which needs no script: a question with a fitting input, or a few kind words. Pure."""

import base64
from hashlib import sha256
from pathlib import Path
from typing import Literal

from schemas.mail import Language
from schemas.profile.time_fields import OLDEST_AGE
from schemas.questions import QUESTIONS, AskedField
from workers.product.answer_links import AnswerToken
from workers.product.reading.answers import LONGEST_TEXT, LONGEST_WORD, MAY_BE_NOTHING, MOST_WORDS
from workers.serve.answers.texts import CHOICES, EXAMPLES, TEXTS
from workers.serve.markup import Markup, escaped, html

Notice = Literal["thanks", "answered", "expired", "forged", "busy"]
FIELD = "answer"  # of the form
LISTS = frozenset({"interests", "cuisine_preference", "dietary_restrictions"})
STYLE = (Path(__file__).parents[1] / "static" / "answer.css").read_text("utf-8")
STYLE_HASH = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address lets whoever knows it answer
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
DOCUMENT = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{content}
</main>
</body>
</html>
"""
QUESTION = """<form method="post" action="">
<p class="kicker">{kicker}</p>
{input}
{error}
<button type="submit">{send}</button>
</form>"""
ONE_INPUT = """<h1><label for="answer">{question}</label></h1>
{hint}
<input id="answer" name="answer" value="{given}" required{described}{attributes}>"""
CHOICE = """<label class="choice"><input type="radio" name="answer" value="{value}" required{checked}>
<span>{text}</span></label>"""


def document(language: Language, title: str, content: Markup) -> str:
    """A whole page."""
    return html(DOCUMENT, language=language, title=title, style=Markup(STYLE), content=content)


def question_page(token: AnswerToken, given: str = "", error: str = "") -> str:
    """The form of a question, with what was given before and what is wrong with it."""
    texts = TEXTS[token.language]
    alert = html('<p class="error" role="alert" id="error">{error}</p>', error=error) if error else None
    form = html(
        QUESTION,
        kicker=texts.title,
        input=input_of(token.field, token.language, given, has_error=bool(error)),
        error=alert,
        send=texts.send,
    )
    return document(token.language, texts.title, form)


def input_of(field: AskedField, language: Language, given: str, *, has_error: bool) -> Markup:
    """The question and its input: choices, a number, words, or a short text."""
    question = QUESTIONS[field][language]
    if field in CHOICES:
        choices = [
            html(
                CHOICE, value=value, text=text[language], checked=Markup(" checked" if value == given else "")
            )
            for value, text in CHOICES[field].items()
        ]
        return html(
            "<fieldset><legend><h1>{question}</h1></legend>{choices}</fieldset>",
            question=question,
            choices=choices,
        )
    texts = TEXTS[language]
    hint = texts.nothing_hint if field in MAY_BE_NOTHING else texts.words_hint if field in LISTS else None
    described = [name for name, there in (("hint", hint is not None), ("error", has_error)) if there]
    return html(
        ONE_INPUT,
        question=question,
        hint=None if hint is None else html('<p class="hint" id="hint">{hint}</p>', hint=hint),
        given=given,
        described=Markup(f' aria-describedby="{" ".join(described)}"' if described else ""),
        attributes=attributes_of(field, language),
    )


def attributes_of(field: AskedField, language: Language) -> Markup:
    """What an input takes, as its attributes."""
    if field == "age":
        return Markup(f' type="number" inputmode="numeric" min="1" max="{OLDEST_AGE}" class="short"')
    longest = MOST_WORDS * LONGEST_WORD if field in LISTS else LONGEST_TEXT
    example = EXAMPLES.get(field)
    placeholder = "" if example is None else f' placeholder="{escaped(example[language])}"'
    return Markup(f' type="text" maxlength="{longest}" autocomplete="off"{placeholder}')


def notice_page(notice: Notice, language: Language) -> str:
    """A few words, and nothing to do."""
    texts = TEXTS[language]
    title, text = getattr(texts, f"{notice}_title"), getattr(texts, notice)
    return document(language, title, html("<h1>{title}</h1>\n<p>{text}</p>", title=title, text=text))
