"""The language and the time zone in which a person is written to."""

import re
from collections.abc import Mapping

from workers.people.policy import Policy
from workers.people.state import Known

TAG = re.compile(r"([a-z]{2,3})([-_].*)?")
LANGUAGES: Mapping[str, str] = {
    "japanese": "ja",
    "日本語": "ja",
    "english": "en",
    "英語": "en",
    "chinese": "zh",
    "中文": "zh",
    "korean": "ko",
    "한국어": "ko",
    "french": "fr",
    "français": "fr",
    "german": "de",
    "deutsch": "de",
    "spanish": "es",
    "español": "es",
}
JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")  # kana and kanji


def preferred_language(user: Known, policy: Policy) -> str:
    """The primary tag of the language given, else `ja` for a name in kana or kanji, else the policy's."""
    given = (user.language or "").strip().lower()
    if given:
        tag = LANGUAGES.get(given)
        found = None if tag else TAG.fullmatch(given)
        if tag or found:
            return tag or found[1]  # type: ignore[index]
    if user.name and not user.name.isascii() and JAPANESE.search(user.name):
        return "ja"
    return policy.language


def preferred_time_zone(user: Known, policy: Policy) -> str:
    """The person's, else the policy's."""
    return user.time_zone or policy.time_zone
