"""The preferred language and time zone of a person."""

import re

from workers.people.policy import Policy
from workers.people.state import StoredUser
from workers.product.reading.vocabularies import language_code

JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")  # kana and kanji


def preferred_language(user: StoredUser, policy: Policy) -> str:
    """The code of the language given, else `ja` for a name in kana or kanji, else the policy's."""
    if user.language and (code := language_code(user.language)):
        return code
    if user.name and not user.name.isascii() and JAPANESE.search(user.name):
        return "ja"
    return policy.language


def preferred_time_zone(user: StoredUser, policy: Policy) -> str:
    """The time zone of the user document, else the policy's."""
    return user.time_zone or policy.time_zone
