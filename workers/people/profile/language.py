"""The preferred language and time zone of a person."""

import re
from collections.abc import Mapping

from workers.people.policy import Policy
from workers.people.state import StoredUser

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


def preferred_language(user: StoredUser, policy: Policy) -> str:
    """The primary tag of the language given, else `ja` for a name in kana or kanji, else the policy's."""
    given = (user.language or "").strip().lower()
    if given:
        tag = LANGUAGES.get(given)
        match = None if tag else TAG.fullmatch(given)
        if tag or match:
            return tag or match[1]  # type: ignore[index]
    if user.name and not user.name.isascii() and JAPANESE.search(user.name):
        return "ja"
    return policy.language


def preferred_time_zone(user: StoredUser, policy: Policy) -> str:
    """The time zone of the user document, else the policy's."""
    return user.time_zone or policy.time_zone
