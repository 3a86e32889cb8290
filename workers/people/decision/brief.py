"""The brief of a mail: the facts from which it is written."""

from collections.abc import Mapping

from schemas.decision import Brief
from schemas.mail import Language
from schemas.names import first_name
from schemas.profile import FieldsView
from schemas.profile.summary import summarise
from schemas.profile.summary.wording import event_names, words_of
from workers.people.policy import FieldName

QUESTIONS: Mapping[FieldName, Mapping[Language, str]] = {
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


def brief_of(profile: FieldsView, language: Language, missing: FieldName | None) -> Brief:
    """The brief of a mail from the fields of a profile; `missing` is the field to ask for, if any.

    Friends are left out, as their names are derived from addresses and no mail may contain them. The lists
    have the words of the summary: what it would not say (links, prices, sentences) no mail says.
    """
    return Brief(
        first_name=first_name(profile.name, profile.email),
        language=language,
        summary=summarise(FieldsView(profile.__dict__ | {"friends": []}), language),
        interests=words_of("interests", profile.interests, language),
        favorite_hosts=words_of("hosts", profile.favorite_hosts, language),
        venues=words_of("venues", profile.venue_history, language),
        upcoming_events=event_names(event["name"] for event in profile.upcoming_events),
        question=None if missing is None else QUESTIONS[missing][language],
    )
