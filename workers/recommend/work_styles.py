"""How a job is worked, and in which language it is advertised."""

import re
from functools import lru_cache

from schemas.documents import Job
from workers.recommend.words import IS_JAPANESE, folded

# each style is a bit of a mask, in this order
STYLES = (
    ("full_time", re.compile(r"\bfull[\s_-]?time\b|\bpermanent\b|正社員|正職員|フルタイム|常勤(?!以外)")),
    ("part_time", re.compile(r"\bpart[\s_-]?time\b|パート|アルバイト|バイト|非常勤|時短")),
    ("contract", re.compile(r"\bcontract(?:or)?\b|\bfreelance\b|契約社員|業務委託|フリーランス|嘱託")),
    ("temporary", re.compile(r"\btemp(?:orary)?\b|\bseasonal\b|派遣|短期|単発|臨時")),
    ("internship", re.compile(r"\binterns?(?:hip)?\b|インターン")),
    ("remote", re.compile(r"\bremote\b|\bwork from home\b|\bwfh\b|リモート|在宅|テレワーク")),
    ("hybrid", re.compile(r"\bhybrid\b|ハイブリッド|一部リモート")),
    ("on_site", re.compile(r"\bon[\s_-]?site\b|\bin[\s_-]?office\b|出社|常駐")),
)
LANGUAGES = ("ja", "en", "other")


@lru_cache(maxsize=10_000)
def styles_of(text: str | None) -> int:
    """The styles that a text names, as a mask of bits by the order of STYLES; 0 is unknown."""
    plain = folded(text or "")
    return sum(1 << bit for bit, (_, pattern) in enumerate(STYLES) if pattern.search(plain))


def job_styles(job: Job) -> int:
    """The styles of a job: from its work style, else from its title and tags."""
    return styles_of(job.work_style) or styles_of(" ".join([job.title or "", *job.tags]))


def job_language(job: Job) -> int:
    """The language of a job's advertisement as its place in LANGUAGES, −1 if unknown.

    Where it is not said, Japanese letters say it, else Latin ones are taken as English.
    """
    if job.language:
        code = job.language.strip().casefold()[:2]
        return LANGUAGES.index(code) if code in LANGUAGES else LANGUAGES.index("other")
    text = f"{job.title or ''} {job.description or ''}"
    if IS_JAPANESE.search(folded(text)):
        return LANGUAGES.index("ja")
    return LANGUAGES.index("en") if re.search(r"[A-Za-z]{2}", text) else -1
