"""The questions that a mail asks, by the field of the profile that the answer fills."""

from collections.abc import Mapping
from typing import Literal

from schemas.mail import Language

AskedField = Literal[
    "interests",
    "cuisine_preference",
    "dietary_restrictions",
    "age",
    "gender",
    "occupation",
    "relationship_status",
    "table_type_preference",
    "home_neighborhood",
    "work_neighborhood",
]

QUESTIONS: Mapping[AskedField, Mapping[Language, str]] = {
    "interests": {"en": "What do you like to do in your free time?", "ja": "ご趣味は何ですか。"},
    "cuisine_preference": {
        "en": "Which cuisines do you like best?",
        "ja": "お好きな料理のジャンルは何ですか。",
    },
    "dietary_restrictions": {
        "en": "Is there anything you do not eat?",
        "ja": "召し上がらない食材はありますか。",
    },
    "age": {"en": "How old are you?", "ja": "ご年齢を教えていただけますか。"},
    "gender": {"en": "How should we speak of you?", "ja": "性別を教えていただけますか。"},
    "occupation": {"en": "What do you do for a living?", "ja": "どのようなお仕事をされていますか。"},
    "relationship_status": {
        "en": "Would you come alone or with somebody?",
        "ja": "お一人で参加されますか、それともどなたかとご一緒ですか。",
    },
    "table_type_preference": {
        "en": "Do you prefer a communal or a private table?",
        "ja": "相席と個別のテーブルでは、どちらがお好みですか。",
    },
    "home_neighborhood": {
        "en": "In which neighbourhood do you live?",
        "ja": "お住まいはどのあたりですか。",
    },
    "work_neighborhood": {"en": "In which neighbourhood do you work?", "ja": "お勤め先はどのあたりですか。"},
}
FIELD_OF_QUESTION: Mapping[str, AskedField] = {
    text: field for field, texts in QUESTIONS.items() for text in texts.values()
}


def asked_field(question: str | None) -> AskedField | None:
    """The field that a question asks for; None for one that is not in QUESTIONS."""
    return None if question is None else FIELD_OF_QUESTION.get(question)
