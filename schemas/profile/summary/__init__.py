"""The summary: a profile as a paragraph of English or Japanese, built sentence by sentence."""

from typing import Any

from schemas.profile.summary import english, japanese
from schemas.profile.summary.facts import summary_facts

PARAGRAPHS = {"en": english.paragraph, "ja": japanese.paragraph}


def summarise(profile: Any, language: str = "en") -> str:
    """The paragraph in `en` or `ja` (any other language gets English).

    `profile` has the fields of an EnrichedProfile, all but the summary; events and affinities may be dicts.
    A field without a value makes no sentence.
    """
    return PARAGRAPHS.get(language, english.paragraph)(summary_facts(profile))
