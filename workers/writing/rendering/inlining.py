"""The templates of a mail, read and made ready at import: one HTML template per language, one text template.

The styles become attributes here, once, and not in every mail: no text of a mail passes through a parser of
HTML or CSS, and a mail costs a quarter of the time.
"""

import re
import textwrap
import tomllib
from importlib.resources import files
from typing import Any

import css_inline
from jinja2 import DictLoader, Environment, StrictUndefined, Template

FOLDER = files("workers.writing.rendering")
FRAME: dict[str, dict[str, Any]] = tomllib.loads(FOLDER.joinpath("frame.toml").read_text("utf-8"))
PALETTE: dict[str, Any] = tomllib.loads(FOLDER.joinpath("palette.toml").read_text("utf-8"))
SOURCES = {
    file.name: file.read_text("utf-8")
    for file in FOLDER.joinpath("templates").iterdir()
    if file.name.endswith((".html", ".css", ".txt"))
}
STYLES = ("styles", "small", "dark", "dark_outlook")
# a combining joiner and a blank that does not break: they keep a list of mails from showing the first
# sentences after the preheader
PADDING = "\u034f\u00a0" * 60

INCLUDE = re.compile(r'\{% include "([a-z_.]+)" %\}')
STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
HIDDEN_STATEMENT = re.compile(rf"<!--({STATEMENT.pattern})-->", re.DOTALL)
INLINER = css_inline.CSSInliner(
    keep_style_tags=True, remove_inlined_selectors=True, load_remote_stylesheets=False
)


def wrapped(text: str, columns: int, indent: str = "") -> str:
    """A text in lines of at most so many columns, longer words and URLs whole; 0 columns: one line."""
    if not columns or len(text) + len(indent) <= columns:
        return indent + text
    return textwrap.fill(
        text,
        columns,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def template_environment(sources: dict[str, str]) -> Environment:
    """Templates that print values only, escape them in HTML, and fail when a value is missing."""
    made = Environment(
        loader=DictLoader(sources),
        autoescape=lambda name: name is None or name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["wrapped"] = wrapped
    made.globals["padding"] = PADDING
    return made


def html_template(language: str) -> Template:
    """The HTML of a mail in one language, its styles as attributes.

    Statements and notes hide in comments meanwhile: a parser moves text that stands between rows of a table.
    """
    fonts = {name: FRAME[language][name] for name in ("font", "outlook_font")}
    css = template_environment(SOURCES)
    rules = {style: css.get_template(f"{style}.css").render(PALETTE, **fonts) for style in STYLES}
    layout = with_includes(SOURCES["layout.html"])
    for name, value in (fonts | rules).items():
        layout = layout.replace(f"{{{{ {name} }}}}", value)
    inlined = INLINER.inline(STATEMENT.sub(r"<!--\g<0>-->", layout))
    # what the inliner leaves of its instructions
    inlined = inlined.replace("<style></style>\n", "").replace(' data-css-inline="ignore"', "")
    return template_environment({"layout.html": HIDDEN_STATEMENT.sub(r"\1", inlined)}).get_template(
        "layout.html"
    )


def with_includes(source: str) -> str:
    """A template with the text of those that it includes, at any depth."""
    while INCLUDE.search(source):
        source = INCLUDE.sub(lambda found: SOURCES[found[1]].strip(), source)
    return source


HTML = {language: html_template(language) for language in FRAME}
TEXT = template_environment(SOURCES).get_template("mail.txt")
