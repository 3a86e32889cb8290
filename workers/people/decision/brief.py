"""The brief of a mail: the facts from which it is written."""

from schemas.decision import Brief
from schemas.mail import Language
from schemas.names import first_name
from schemas.profile import FieldsView
from schemas.profile.summary import summarise
from schemas.profile.summary.wording import event_names, words_of
from schemas.questions import QUESTIONS
from workers.people.policy import FieldName


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
