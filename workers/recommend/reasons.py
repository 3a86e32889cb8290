"""Why a job is shown: the code, and the sentence in English and Japanese."""

from collections.abc import Sequence

import numpy as np

from workers.recommend.candidates import Candidates
from workers.recommend.picks import Evidence, Why
from workers.recommend.products import crossed
from workers.recommend.score import Ranking
from workers.recommend.traces import Trace

ENOUGH = 0.2  # of its most points: from there on a text or a neighbour is the reason, since it says most
TELLING = 0.5  # of what the résumé says
MOST_LETTERS = 60  # of what a sentence names

ENGLISH = {
    ("similar", "saved"): "Similar to {} you saved",
    ("similar", "applied"): "Similar to {} you applied for",
    ("similar", "viewed"): "Based on your interest in {} roles",
    ("similar", "searched"): "Matches your search for {}",
    ("profile", "resume"): "Matches your résumé",
    ("profile", "fields"): "Matches your profile",
    ("neighbour", "saved"): "People interested in {} you saved also liked this",
    ("neighbour", "applied"): "People interested in {} you applied for also liked this",
    ("neighbour", "viewed"): "People interested in {} also liked this",
    ("place", "place"): "Near {}",
    ("trend", "none"): "Many people want this now",
    ("discovery", "none"): "Something new for you",
    ("new", "none"): "New",
    ("editorial", "none"): "Picked by our editors",
    ("popular", "none"): "Popular now",
}
JAPANESE = {
    ("similar", "saved"): "保存した「{}」に似ています",
    ("similar", "applied"): "応募した「{}」に似ています",
    ("similar", "viewed"): "「{}」への関心にもとづくおすすめ",
    ("similar", "searched"): "検索した「{}」に合っています",
    ("profile", "resume"): "履歴書に合っています",
    ("profile", "fields"): "プロフィールに合っています",
    ("neighbour", "saved"): "保存した「{}」に関心のある人が見ています",
    ("neighbour", "applied"): "応募した「{}」に関心のある人が見ています",
    ("neighbour", "viewed"): "「{}」に関心のある人が見ています",
    ("place", "place"): "{}の近く",
    ("trend", "none"): "いま注目されています",
    ("discovery", "none"): "新しい発見",
    ("new", "none"): "新着",
    ("editorial", "none"): "編集部のおすすめ",
    ("popular", "none"): "人気の求人",
}


def sentence(why: Why, language: str) -> str:
    """The reason in words, in Japanese for "ja" and in English for any other language."""
    sentences = JAPANESE if language == "ja" else ENGLISH
    named = why.named or ("この仕事" if language == "ja" else "a job")
    return sentences[why.code, why.evidence].format(named)


def reasons(of: Ranking, found: Candidates, numbers: Sequence[int]) -> list[Why]:
    """Why each of some candidates is shown: what gives it most of its score."""
    traces = [None if each < 0 else of.interests.liked[each] for each in said_most(of, found, numbers)]
    parts = [found.parts[name][numbers].tolist() for name in ("text", "boost", "place", "trend", "fresh")]
    return [
        _why(of, found, number, trace, *points)
        for number, trace, *points in zip(numbers, traces, *parts, strict=True)
    ]


def _why(
    of: Ranking,
    found: Candidates,
    number: int,
    trace: Trace | None,
    text: float,
    boost: float,
    place: float,
    trend: float,
    fresh: float,
) -> Why:
    """Why a candidate is shown, of which a trace says most, and some parts are given."""
    points = of.policy.points
    text = text / points.text if points.text else 0.0
    boost = boost / of.policy.max_boost if of.policy.max_boost else 0.0
    neighbour = int(found.neighbour[number])
    if trace is not None and text >= ENOUGH and text >= boost:
        return _of_trace(of, trace)
    if neighbour >= 0 and boost >= ENOUGH:
        by = of.interests.liked[neighbour]
        return Why("neighbour", _kind(by), _title(of, by))
    if place > max(trend, fresh):
        return Why("place", "place", _nearest_place(of, int(found.rows[number])))
    if fresh > trend:
        return Why("new")
    if trend > 0:
        return Why("trend")
    return Why("popular") if trace is None else _of_trace(of, trace)


def said_most(of: Ranking, found: Candidates, numbers: Sequence[int]) -> list[int]:
    """The liked trace (its number) that says most for each of some candidates; −1 if none says anything.

    What was done with a candidate itself does not count. A job that says at least half as much as the résumé
    goes before it: it says more to a reader.
    """
    rows, chosen = of.interests.liked_rows, np.asarray(numbers, np.intp)
    if not len(rows):
        return [-1] * len(chosen)
    said = np.where(found.rows[chosen, None] == rows, 0.0, found.said[chosen])
    is_same = (rows[:, None] == rows) & (rows >= 0)
    by_job = crossed(said, is_same.T.astype(np.float32))[:, is_same.argmax(axis=0)]  # not by kind
    most, by_job = said.max(axis=1), np.where(rows >= 0, by_job, 0.0)
    most_by_job = by_job.max(axis=1)
    is_telling = (most_by_job >= TELLING * most)[:, None] & (by_job < most_by_job[:, None])
    best = np.where(is_telling, -1.0, said).argmax(axis=1)
    return [int(each) for each in np.where(most > 0, best, -1)]


def _of_trace(of: Ranking, trace: Trace) -> Why:
    if trace.kind in ("resume", "fields"):
        return Why("profile", trace.kind)
    return Why("similar", _kind(trace), _title(of, trace))


def _kind(trace: Trace) -> Evidence:
    if trace.kind == "rejected":
        raise ValueError("a rejection is no reason to show a job")
    return trace.kind


def _title(of: Ranking, trace: Trace) -> str | None:
    """What a trace is called: the title of the job, or the words of the search."""
    row = None if trace.job_id is None else of.board.row(trace.job_id)
    text = trace.text or trace.place if row is None else of.board.titles[row]
    return _short(text)


def _nearest_place(of: Ranking, row: int) -> str | None:
    """The place of the person that is nearest to a job, as they wrote it."""
    if not of.interests.places:
        return None
    nearest = int(of.near[:, of.board.columns.place[row]].argmax())
    return _short(of.interests.places[nearest][2])


def _short(text: str | None) -> str | None:
    """A text that fits into a sentence; None if there is none."""
    plain = " ".join((text or "").split())
    return (plain if len(plain) <= MOST_LETTERS else plain[: MOST_LETTERS - 1] + "…") or None
