"""What a reader sees of an HTML mail, and what else in it could be shown or followed. Pure."""

import re
from html.parser import HTMLParser

UNSHOWN = frozenset(["style", "script", "head", "title", "template", "noscript"])
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "center",
        "div",
        "dd",
        "dl",
        "dt",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "a",
        "button",
    ]
)
FOLLOWED = frozenset(["href", "action", "formaction", "xlink:href", "cite", "background", "longdesc", "ping"])
SPOKEN = frozenset(["alt", "title", "aria-label"])
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
COMMENTED_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


class VisibleText(HTMLParser):
    """Reads an HTML document into pieces of text, hidden pieces, spoken attributes, comments and hrefs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []  # the visible text, one piece for each block
        self.hidden: list[str] = []
        self.attributes: list[str] = []  # that are shown or read aloud
        self.comments: list[str] = []
        self.hrefs: list[str] = []  # everything that a click or a client would follow, in comments, too
        self._open: list[tuple[str, bool, bool]] = []  # tag, unshown, hidden
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the links and the attributes of an element, and whether its text is seen."""
        if tag in BLOCKS:
            self.end_piece()
        values = {name: value or "" for name, value in attrs}
        self.hrefs += [value for name, value in values.items() if name in FOLLOWED]
        self.attributes += [value for name, value in values.items() if name in SPOKEN and value]
        if tag in VOID:
            return
        _, unshown, hidden = self._open[-1] if self._open else ("", False, False)
        hidden = (
            hidden
            or "hidden" in values
            or values.get("aria-hidden") == "true"
            or bool(HIDDEN_STYLE.search(values.get("style", "")))
        )
        if hidden:
            self.end_piece()
        self._open.append((tag, unshown or tag in UNSHOWN, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read `<v:fill … />` and the like as an element without a content."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those left open inside of it."""
        places = [place for place, opened in enumerate(self._open) if opened[0] == tag]
        if tag in BLOCKS or (places and self._open[places[-1]][2]):
            self.end_piece()
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        """Collect text by whether it is seen."""
        _, unshown, hidden = self._open[-1] if self._open else ("", False, False)
        if unshown:
            return
        (self.hidden if hidden else self._parts).append(data)

    def handle_comment(self, data: str) -> None:
        """Keep a comment: Outlook renders the conditional ones."""
        self.comments.append(data)
        self.hrefs += [next(filter(None, found), "") for found in COMMENTED_HREF.findall(data)]

    def end_piece(self) -> None:
        """Close the piece of text that is being read."""
        piece = " ".join("".join(self._parts).split())
        if piece:
            self.pieces.append(piece)
        self._parts.clear()


def visible_text(html: str) -> VisibleText:
    """The pieces, attributes, comments and hrefs of an HTML document."""
    reader = VisibleText()
    reader.feed(html)
    reader.close()
    reader.end_piece()
    return reader
