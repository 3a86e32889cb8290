"""The words of a text: how it is folded and cut, without a dictionary of a language."""

import re
import unicodedata
from collections.abc import Iterator

# letters of Japanese: kana, the long-vowel mark, kanji, the mark of repetition; not the dot between words
JAPANESE = "ぁ-ゖァ-ヺー㐀-䶿一-鿿々〆"
RUN = re.compile(rf"[{JAPANESE}]+|[a-z0-9][a-z0-9+#]*(?:['’][a-z]+)?")
IS_JAPANESE = re.compile(rf"[{JAPANESE}]")


def folded(text: str) -> str:
    """One form of a text: full width as half width, small letters, no accents on Latin letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain.isascii():
        return plain
    parts = unicodedata.normalize("NFD", plain)
    # the marks of voiced kana belong to their letters, accents of Latin letters go
    bare = "".join(char for char in parts if not "̀" <= char <= "ͯ")
    return unicodedata.normalize("NFC", bare)


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a folded text, and whether they are Japanese (then a run of letters without a space)."""
    for found in RUN.finditer(text):
        word = found.group()
        yield word, bool(IS_JAPANESE.match(word))
