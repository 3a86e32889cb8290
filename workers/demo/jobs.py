"""Made-up jobs in English and Japanese, open and closed. Pure and seeded."""

import random

from schemas.model import RawDocument, from_epoch_ms
from workers.demo.job_employers import EMPLOYERS, EN_PLACES, JA_PLACES
from workers.demo.job_words import OCCUPATIONS, JobKind

DAY_MS = 86_400_000
JOBS = 360
JAPANESE_SHARE, CLOSED_SHARE, EDITORIAL_SHARE = 0.55, 0.12, 0.04
EN_STYLES = {"remote": "remote", "hybrid": "hybrid", "full-time": "full-time", "part-time": "part-time"}
JA_STYLES = {"remote": "リモート", "hybrid": "一部リモート", "full-time": "正社員", "part-time": "パート"}
EN_LAST = (
    "You need no degree for this, but you should have done it before.",
    "We train you in the first three months, and you have a mentor after that.",
    "You work four days a week if you like.",
)
JA_LAST = (
    "未経験の方も歓迎します。入社後に研修があります。",
    "経験のある方を優遇します。副業もご相談ください。",
    "残業は月に10時間以内です。週休2日です。",
)


def make_jobs(rng: random.Random, now: int, count: int = JOBS) -> list[RawDocument]:
    """Jobs as of `now` (epoch milliseconds): a few are closed, the others open for days or weeks."""
    return [job(rng, number, now) for number in range(1, count + 1)]


def job(rng: random.Random, number: int, now: int) -> RawDocument:
    """A job that was posted in the last 45 days, or has closed in the last ten."""
    occupation = rng.choice(OCCUPATIONS)
    is_japanese = rng.random() < JAPANESE_SHARE
    style = rng.choice(occupation.styles)
    closes = now + rng.randrange(1, 45) * DAY_MS - rng.randrange(DAY_MS)
    if rng.random() < CLOSED_SHARE:
        closes = now - rng.randrange(1, 10) * DAY_MS
    posted = min(now, closes) - rng.randrange(DAY_MS // 24, 45 * DAY_MS)
    words = japanese(rng, occupation, style) if is_japanese else english(rng, occupation, style)
    return {
        "_id": f"job_{number:03d}",
        **words,
        "tags": list(occupation.tags),
        "posted_at": from_epoch_ms(posted),
        "closes_at": from_epoch_ms(closes),
        "language": "ja" if is_japanese else "en",
        "is_editorial": rng.random() < EDITORIAL_SHARE,
        "openings": rng.choice((1, 1, 1, 2, 3, 5)),
    }


def english(rng: random.Random, occupation: JobKind, style: str) -> RawDocument:
    """Title, company, place, pay and text of a job in English."""
    low, high = pay(rng, occupation.en_pay)
    title, company = rng.choice(occupation.en_titles), rng.choice(EMPLOYERS[occupation.employers][0])
    place = "Remote" if style == "remote" else drawn(rng, EN_PLACES)
    first, second = rng.sample(occupation.en_tasks, 2)
    salary = f"${low * 1_000 // 2_000}–{high * 1_000 // 2_000} an hour"
    return {
        "title": title,
        "company": company,
        "location": place,
        "salary": salary if style == "part-time" else f"${low},000–{high},000 a year",
        "work_style": EN_STYLES[style],
        "description": f"{title} at {company}: you {first}, and {second}. {rng.choice(EN_LAST)}",
    }


def japanese(rng: random.Random, occupation: JobKind, style: str) -> RawDocument:
    """The same in Japanese."""
    low, high = pay(rng, occupation.ja_pay)
    title, company = rng.choice(occupation.ja_titles), rng.choice(EMPLOYERS[occupation.employers][1])
    place = "リモート" if style == "remote" else drawn(rng, JA_PLACES)
    first, second = rng.sample(occupation.ja_tasks, 2)
    hourly = f"時給{low * 10_000 // 2_000:,}円〜{high * 10_000 // 2_000:,}円"
    return {
        "title": title,
        "company": company,
        "location": place,
        "salary": hourly if style == "part-time" else f"年収{low}万円〜{high}万円",
        "work_style": JA_STYLES[style],
        "description": f"{company}では{title}を募集しています。"
        f"{first}、{second}をお任せします。{rng.choice(JA_LAST)}",
    }


def pay(rng: random.Random, bounds: tuple[int, int]) -> tuple[int, int]:
    """What a job offers, least and most, within the bounds of its occupation."""
    low = rng.randrange(bounds[0], (bounds[0] + bounds[1]) // 2)
    return low, rng.randrange((bounds[0] + bounds[1]) // 2, bounds[1])


def drawn(rng: random.Random, places: tuple[tuple[str, int], ...]) -> str:
    """One of some places, by how often each is to be drawn."""
    names, weights = zip(*places, strict=True)
    place: str = rng.choices(names, weights)[0]
    return place
