"""Which runs of hiragana may stand in a text: those that can be cut into the parts of a closed list. Pure."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

RUN = re.compile(r"[ぁ-ゖ]+")
KANJI = re.compile(r"[一-鿿々]")
OPEN_ENDING = re.compile(r"[^はがをにでともへのや].?")  # inflection makes such ends too many
WORD = re.compile(r"[一-鿿々ァ-ヺーA-Za-z0-9\ue000\ue001」）)]")  # a word, a token or a term
Behind = Literal["kanji", "word"] | None  # None: the run begins a sentence, or a part of one
LISTS = {
    name: frozenset(words.split())
    for name, words in tomllib.loads((files(__package__) / "hiragana_ja.toml").read_text("utf-8")).items()
}
PARTICLES, PREFIXES, ENDINGS = LISTS["particles"], LISTS["prefixes"], LISTS["endings"]
CONTINUATIONS, WORDS = LISTS["continuations"], LISTS["words"]
LONGEST = max(map(len, frozenset().union(*LISTS.values())))


def unlisted_run(text: str) -> str | None:
    """The first run of hiragana in a text that is not made of listed parts; None if all are."""
    for found in RUN.finditer(text):
        last, following = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        behind: Behind = "kanji" if KANJI.fullmatch(last) else "word" if WORD.fullmatch(last) else None
        if not is_listed(found.group(), behind, WORD.fullmatch(following) is not None):
            return found.group()
    return None


@lru_cache(maxsize=8192)
def is_listed(run: str, behind: Behind, before: bool) -> bool:
    """Whether a run can be cut into parts; what it stands `behind`, and whether it stands `before` a word."""
    # at each place: whether the parts up to it can end in something else than a particle, and in a particle
    other, particle = [False] * (len(run) + 1), [False] * (len(run) + 1)
    other[0] = True
    for start in range(len(run)):
        if not (other[start] or particle[start]):
            continue
        opens = start == 0 and behind is None
        for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
            part = run[start:end]
            if part in PARTICLES and other[start] and not opens:
                particle[end] = True
            is_ending = start == 0 and behind == "kanji" and _is_ending(part)
            is_prefix = end == len(run) and before and part in PREFIXES
            if is_ending or is_prefix or part in WORDS or (part in CONTINUATIONS and not opens):
                other[end] = True
    return other[-1] or particle[-1]


def _is_ending(part: str) -> bool:
    return part in ENDINGS or OPEN_ENDING.fullmatch(part) is not None
