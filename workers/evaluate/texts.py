"""What the jobs and people of a world say of themselves: a part of the truth, with synonyms and noise."""

from datetime import UTC, datetime

import numpy as np

from workers.evaluate.parameters import WorldParameters
from workers.evaluate.population import STYLES, WorldJobs, WorldPeople
from workers.evaluate.recording import RecordedJob, RecordedPerson
from workers.evaluate.vocabulary import LANGUAGES, cities, occupations

GENERIC = (
    ("Team Member", "Staff Wanted", "Part-time Staff", "New Opening"),
    ("スタッフ募集", "急募スタッフ", "オープニングスタッフ", "正社員募集"),
)
BEFORE_TITLE = (("", "", "", "Urgent: ", "Experienced "), ("", "", "", "【急募】", "未経験歓迎 "))
AFTER_TITLE = (("", "", "", " (m/f/d)", " - immediate start"), ("", "", "", "(正社員)", "/駅チカ"))
COMPANY_STEMS = (
    "Sakura",
    "Fuji",
    "Aoba",
    "Midori",
    "Hinode",
    "Kawara",
    "Asahi",
    "Minato",
    "Yamate",
    "Tsubasa",
)
COMPANY_ENDS = (
    "Works",
    "Partners",
    "Holdings",
    "Foods",
    "Care",
    "Service",
    "Trading",
    "Lab",
    "Group",
    "Planning",
)
BLURBS = (
    (
        "We are a growing company with a friendly team.",
        "Join us and grow with us.",
        "Transport costs are paid.",
        "Flexible shifts, uniform provided.",
        "No experience? We train you.",
    ),
    (
        "アットホームな職場です。",
        "交通費支給、社会保険完備。",
        "未経験の方も歓迎します。",
        "シフトは相談できます。",
        "成長中の会社です。",
    ),
)
STYLE_WORDS = (("full-time", "part-time", "remote"), ("正社員", "アルバイト", "在宅勤務"))
PAY_STEP = 0.18  # of the logarithm of pay per deviation
WISHES = (
    "Looking for work as {}. Some experience with {}.",
    "{}の仕事を希望しています。{}の経験があります。",
)
COMPANIES = 2_500


def pick(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    """One of some texts."""
    return choices[int(rng.integers(len(choices)))]


def with_typo(text: str, rng: np.random.Generator) -> str:
    """The text with one letter left out or two changed over."""
    at = int(rng.integers(max(len(text) - 1, 1)))
    middle = "" if rng.random() < 0.5 else text[at : at + 2][::-1]
    return text[:at] + middle + text[at + (1 if not middle else 2) :]


def place_name(city: int, language: int) -> str:
    """`Shibuya, Tokyo` or `東京都渋谷区`."""
    found = cities()[city]
    if LANGUAGES[language] == "ja":
        return found.region_names[1] + found.names[1]
    return f"{found.names[0]}, {found.region_names[0]}"


def company_name(number: int) -> str:
    """The name of a company; companies with other numbers have other names."""
    stem, rest = COMPANY_STEMS[number % 10], number // 10
    return f"{stem} {COMPANY_ENDS[rest % 10]} {rest // 10 + 1}"


def pay_text(deviations: float, style: int, language: int) -> str:
    """The pay in yen: by the hour for part-time work, else by the month."""
    hourly = STYLES[style] == "part-time"
    yen = (1_250 if hourly else 280_000) * np.exp(PAY_STEP * deviations)
    rounded = int(round(yen, -1 if hourly else -4))
    if LANGUAGES[language] == "ja":
        return f"{'時給' if hourly else '月給'}{rounded:,}円"
    return f"¥{rounded:,} per {'hour' if hourly else 'month'}"


def job_texts(world: WorldParameters, jobs: WorldJobs, rng: np.random.Generator) -> tuple[RecordedJob, ...]:
    """The advertisements of all jobs."""
    return tuple(_job(world, jobs, number, rng) for number in range(len(jobs.posted)))


def _job(world: WorldParameters, jobs: WorldJobs, number: int, rng: np.random.Generator) -> RecordedJob:
    """One advertisement; its ids sort by the time of posting."""
    language, style = int(jobs.language[number]), int(jobs.style[number])
    group = occupations()[int(jobs.group[number])]
    title = pick(GENERIC[language] if rng.random() < world.generic_titles else group.titles[language], rng)
    if rng.random() < world.typos:
        title = with_typo(title, rng)
    words = [word for word in group.words[language] if rng.random() >= world.missing_tags]
    pay = pay_text(float(jobs.pay[number]), style, language)
    blurbs = [pick(BLURBS[language], rng), pick(BLURBS[language], rng)]
    text = [blurbs[0], *words[:2], STYLE_WORDS[language][style], pay, blurbs[1]]
    return RecordedJob(
        id=f"job-{number:05d}",
        posted_at=int(jobs.posted[number]),
        closes_at=int(jobs.closes[number]),
        title=pick(BEFORE_TITLE[language], rng) + title + pick(AFTER_TITLE[language], rng),
        company=company_name(int(rng.integers(COMPANIES))),
        location=place_name(int(jobs.city[number]), language),
        tags=tuple(words[1:]),
        text=(" " if LANGUAGES[language] == "en" else "、").join(text),
        language=LANGUAGES[language],
        salary=pay,
        work_style=STYLES[style],
    )


def people_texts(
    world: WorldParameters, people: WorldPeople, rng: np.random.Generator
) -> tuple[RecordedPerson, ...]:
    """What the people's profiles say; most have none."""
    return tuple(_person(world, people, number, rng) for number in range(len(people.city)))


def _person(
    world: WorldParameters, people: WorldPeople, number: int, rng: np.random.Generator
) -> RecordedPerson:
    """One person's profile: a wish in a language that they read, and mostly a place."""
    name = f"person-{number:05d}"
    language = int(people.reads[number][1])
    group = occupations()[int(np.argmax(people.tastes[number][0]))]
    has, says_place = rng.random(2)
    wish = WISHES[language].format(pick(group.titles[language], rng), pick(group.words[language], rng))
    if has >= world.profiles:
        return RecordedPerson(name)
    place = place_name(int(people.city[number]), language) if says_place < world.profile_places else ""
    return RecordedPerson(name, text=wish, place=place, language=LANGUAGES[language])


def as_time(ms: int) -> str:
    """A time in ISO, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat().replace("+00:00", "Z")
