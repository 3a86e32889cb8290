"""The embedder that is used by default: hashed features of the letters, and a static table of words.

The features find the same words in the same language, the table finds what means the same in the other one.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np

from schemas.documents import Job
from workers.recommend.embedding import Vectors
from workers.recommend.words import folded, runs

TABLE = Path(__file__).parent / "table" / "words.npz"
HASHED = 256
LETTERS = 0.5  # weight of the hashed features beside the table
PHRASE = 3  # words of the longest phrase in the table
LONGEST = 16  # letters of the longest Japanese word that is looked for
MOST_LETTERS = 400  # of a job's description: what follows is about the company
MOST_WORDS = 1_000  # of a text; the rest is not read
WORD, PAIR, GRAM = 1.0, 0.7, 0.35  # weights of the kinds of features

Feature = tuple[int, float]  # place in the hashed vector, and signed weight


class WordTable:
    """The vectors of words and phrases, read from `words.npz`."""

    def __init__(self, path: Path = TABLE) -> None:
        with np.load(path) as data:
            words = str(data["words"]).split("\n")
            self.rows = data["rows"].astype(np.float32) * data["scales"][:, None]
        self.number = {word: number for number, word in enumerate(words)}
        self.dims = int(self.rows.shape[1])

    def found(self, words: Sequence[tuple[str, bool]]) -> list[int]:
        """The rows of a text, longest phrases first, from left to right."""
        rows: list[int] = []
        place = 0
        while place < len(words):
            for length in range(min(PHRASE, len(words) - place), 0, -1):
                row = self.number.get(" ".join(word for word, _ in words[place : place + length]))
                if row is not None:
                    rows.append(row)
                    break
            else:
                length = 1
                word, is_japanese = words[place]
                if is_japanese:
                    rows += self._inside(word)
            place += length
        return rows

    def _inside(self, run: str) -> list[int]:
        """The rows of the words inside of a run of Japanese, longest first, from left to right."""
        rows: list[int] = []
        place = 0
        while place < len(run):
            for length in range(min(LONGEST, len(run) - place), 0, -1):
                row = self.number.get(run[place : place + length])
                if row is not None:
                    rows.append(row)
                    break
            else:
                length = 1
            place += length
        return rows


def hashed(text: str, weight: float) -> Feature:
    """The feature of a piece of text; a bit of the hash is its sign, so that collisions cancel out."""
    value = crc32(text.encode())
    return value % HASHED, weight if value & 0x10000 else -weight


@lru_cache(maxsize=100_000)
def word_features(word: str, is_japanese: bool) -> tuple[Feature, ...]:
    """The features of a word: itself and 3–4-grams (Latin), or single letters and pairs (Japanese)."""
    if is_japanese:
        return tuple(hashed(word[at : at + n], WORD) for n in (1, 2) for at in range(len(word) - n + 1))
    edged = f"^{word}$"
    grams = [edged[at : at + n] for n in (3, 4) for at in range(len(edged) - n + 1)]
    return (hashed(word, WORD), *(hashed(gram, GRAM) for gram in grams))


class TableEmbedder:
    """Hashed features and the table of words, side by side; random titles are at right angles."""

    name = "table"
    version = "1"
    near = 0.65
    floor = 0.05
    scale = 0.8
    is_quick = True

    def __init__(self, table: WordTable | None = None) -> None:
        self.table = table or WordTable()
        self.dims = HASHED + self.table.dims

    def job_text(self, job: Job) -> str:
        """Twice the title, which says most, the tags, the start of the description."""
        title = job.title or ""
        return "\n".join([title, title, " ".join(job.tags), (job.description or "")[:MOST_LETTERS]])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, (n, dims) of float32, each of length 1, or 0 without a known letter."""
        vectors = np.zeros((len(texts), self.dims), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            words = list(runs(folded(text)))[:MOST_WORDS]
            _add_features(row, words)
            rows = self.table.found(words)
            if rows:
                row[HASHED:] = self.table.rows[rows].sum(axis=0)
                row[HASHED:] /= np.linalg.norm(row[HASHED:]) or 1.0
            row /= np.linalg.norm(row) or 1.0
        return vectors


def _add_features(row: Vectors, words: Sequence[tuple[str, bool]]) -> None:
    """Write the hashed part of a vector, of length LETTERS."""
    places: list[int] = []
    weights: list[float] = []
    before = ""
    for word, is_japanese in words:
        features = word_features(word, is_japanese)
        if before:
            features = (*features, hashed(f"{before} {word}", PAIR))
        for place, weight in features:
            places.append(place)
            weights.append(weight)
        before = word
    counts = np.bincount(places, weights, HASHED) if places else np.zeros(HASHED)
    counts = np.sign(counts) * np.sqrt(np.abs(counts))
    length = np.linalg.norm(counts)
    row[:HASHED] = LETTERS * counts / length if length else 0.0
