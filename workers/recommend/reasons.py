"""Why a job is shown: the code, and the sentence in English and Japanese."""

import numpy as np

from workers.recommend.candidates import Candidates
from workers.recommend.picks import Evidence, Why
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


def why(of: Ranking, found: Candidates, number: int, explored: bool) -> Why:
    """Why a candidate is shown: it was drawn, or what gives it most of its score."""
    if explored:
        return Why("discovery")
    part = {name: float(values[number]) for name, values in found.parts.items()}
    policy = of.policy
    text = part["text"] / policy.points.text if policy.points.text else 0.0
    boost = part["boost"] / policy.max_boost if policy.max_boost else 0.0
    trace = said_most(of, found, number)
    neighbour = int(found.neighbour[number])
    if trace is not None and text >= ENOUGH and text >= boost:
        return _of_trace(of, trace)
    if neighbour >= 0 and boost >= ENOUGH:
        by = of.interests.liked[neighbour]
        return Why("neighbour", _kind(by), _title(of, by))
    if part["place"] > max(part["trend"], part["fresh"]):
        return Why("place", "place", _nearest_place(of, int(found.rows[number])))
    if part["fresh"] > part["trend"]:
        return Why("new")
    if part["trend"] > 0:
        return Why("trend")
    return Why("popular") if trace is None else _of_trace(of, trace)


def said_most(of: Ranking, found: Candidates, number: int) -> Trace | None:
    """The trace that says most for a candidate, other than what was done with it itself.

    A job that says at least half as much as the résumé goes before it: it says more to a reader.
    """
    rows = of.interests.liked_rows
    said = np.where(rows == found.rows[number], 0.0, found.said[number])
    if not said.any():
        return None
    of_job = np.where(rows >= 0, (rows[:, None] == rows) @ said, 0.0)  # by job, not by kind
    best = int(np.argmax(said))
    if of_job.max() >= TELLING * said.max():
        best = int(np.argmax(np.where(of_job == of_job.max(), said, -1.0)))
    return of.interests.liked[best]


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
    number = int(of.board.columns.place[row])
    near = [
        (float(of.board.places.likeness(where, of.policy.place)[number]), weight, name)
        for where, weight, name in of.interests.places
    ]
    return _short(max(near)[2]) if near else None


def _short(text: str | None) -> str | None:
    """A text that fits into a sentence; None if there is none."""
    plain = " ".join((text or "").split())
    return (plain if len(plain) <= MOST_LETTERS else plain[: MOST_LETTERS - 1] + "…") or None
