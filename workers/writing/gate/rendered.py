"""The check of a rendered mail: what went wrong in our own code, whoever wrote the texts. Pure."""

import re
from collections import Counter
from collections.abc import Collection

from workers.writing.gate.refusal import Refusal
from workers.writing.gate.visible_text import VisibleText, visible_text

LEFT_OVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\$\{|#\{|｛｛|｝｝|<%|\[(?:Your|Insert|Name|Company|Job title)\b[^\]\n]*\]|"
    r"\[(?:お名前|会社名|氏名)\]|%[A-Za-z_]{2,}%|[〇○◯●△▲□]{2,}|[〇○◯]様|\bundefined\b|\[object Object\]|"
    r"&(?:amp;)?#\d+;|&(?:amp|lt|gt|quot|nbsp);",
    re.IGNORECASE,
)
MISSING = frozenset(["None", "NaN", "null"])  # a piece that is a value that was not there
ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>\"'「」（）]+|\bwww\.[^\s<>\"'「」（）]+", re.IGNORECASE)
ENDS_OF_ADDRESS = ".,;:!?)]}、。"
# a piece of the HTML of so many letters must stand in the text part as it is; shorter ones are labels
LEAST_PIECE = 12
LEAST_SHARE = 0.9  # of the words of the text part that the HTML has, too
WORDS = re.compile(r"[A-Za-z0-9À-ɏ]+|[ぁ-ゖァ-ヺー一-鿿々]")
LIST_NUMBER = re.compile(r"^[0-9]{1,2}\. ", re.MULTILINE)  # of a job in the text part; the HTML has none
NO_LETTERS = re.compile(r"[\W_]+")


def refusal_of_rendered(
    html: str, text: str, links: Collection[str], most_bytes: int = 90_000
) -> Refusal | None:
    """Refuse a rendered mail with left-over placeholders, foreign links, unlike parts, or too many bytes.

    `html` and `text` are the two parts as they will be sent, `links` each href that may occur.
    """
    shown = visible_text(html)
    return (
        _size(html, text, most_bytes)
        or _left_over(shown, text)
        or _links(shown, text, frozenset(links))
        or _parts_differ(shown, text, links)
    )


def _size(html: str, text: str, most_bytes: int) -> Refusal | None:
    if not html.strip() or not text.strip():
        return Refusal("rendered_size", "Render both an HTML part and a text part.")
    if max(len(html.encode("utf-8", "replace")), len(text.encode("utf-8", "replace"))) > most_bytes:
        return Refusal("rendered_size", f"Render a part of at most {most_bytes} bytes.")
    return None


def _left_over(shown: VisibleText, text: str) -> Refusal | None:
    for piece in (*shown.pieces, *shown.hidden, *shown.attributes, *shown.comments, text):
        found = LEFT_OVER.search(ADDRESS.sub(" ", piece))  # %E3%81% of an address is none
        left = found.group()[:30] if found else piece if piece in MISSING else None
        if left:
            return Refusal("rendered_placeholders", f'Fill in or remove "{left}".')
    return None


def _links(shown: VisibleText, text: str, links: frozenset[str]) -> Refusal | None:
    foreign = [href for href in shown.hrefs if href not in links]
    if foreign:
        return Refusal("rendered_links", "Link only what was signed for this mail.")
    for piece in (*shown.pieces, *shown.hidden, text):
        for found in ADDRESS.findall(piece):
            if found not in links and found.rstrip(ENDS_OF_ADDRESS) not in links:
                return Refusal("rendered_links", "Show only the links that were signed for this mail.")
    return None


def _parts_differ(shown: VisibleText, text: str, links: Collection[str]) -> Refusal | None:
    for link in sorted(links, key=len, reverse=True):
        text = text.replace(link, " ")
    letters = _letters(text)
    for piece in shown.pieces:
        if len(_letters(piece)) >= LEAST_PIECE and _letters(ADDRESS.sub(" ", piece)) not in letters:
            return Refusal("rendered_parts", "Say in the text part what the HTML part says.")
    known = Counter(WORDS.findall(" ".join((*shown.pieces, *shown.attributes)).casefold()))
    said = Counter(WORDS.findall(LIST_NUMBER.sub("", text).casefold()))
    if sum((said & known).values()) < LEAST_SHARE * sum(said.values()):
        return Refusal("rendered_parts", "Say in the text part only what the HTML part says.")
    return None


def _letters(text: str) -> str:
    return NO_LETTERS.sub("", text).casefold()
