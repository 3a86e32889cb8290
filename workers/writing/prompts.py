"""What a model is asked for a mail, and the form of its answers. Pure.

It sees no word of a stranger: no title and no description of a job, neither name nor address of the reader.
It writes around tokens, which code fills. The language is named and not described: models that were told to
write "in the reader's language" have been seen to write in a third one.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.plan import VARIABLE, MailPlan
from workers.writing.request import Form, Prompt
from workers.writing.section_rows import SECTION_ROWS
from workers.writing.texts import PersonalText, SectionText

VERSION = "1"  # of the instructions: another one voids what was written before
NAMES = {EmailLanguage.ENGLISH: "English", EmailLanguage.JAPANESE: "Japanese"}
MEANINGS = {  # of the tokens
    "count": "how many jobs the mail shows",
    "more": "how many jobs there are beside the first",
    "job.1.title": "the title of the first job",
    "skills": "what at least half of the jobs are tagged with",
}
KINDS = {
    EmailSectionType.EDITORIAL_PICKS: "jobs that editors chose by hand",
    EmailSectionType.TOP_RECOMMENDATIONS: "jobs that match the reader best",
    EmailSectionType.PERSONALIZED_PICKS: "jobs that fit what the reader told and looked at",
    EmailSectionType.NEW_ARRIVALS: "jobs that are new",
    EmailSectionType.POPULAR_JOBS: "jobs that many people look at",
    EmailSectionType.YOU_MIGHT_LIKE: "jobs that people with like interests looked at",
}
ABOUT_JOBS = """\
You write the prose of short, warm e-mails that show jobs to one reader. Code adds the jobs themselves."""
RULES = """
The input is JSON. `language` names the language to write in; `write` says what each part is for.

Rules
- Write in that language only. Japanese: polite, every sentence ends in です, ます or ください.
- Use common words only. No names of companies, people, places or products.
- Where `tokens` lists one, write it exactly as {{name}}; code replaces it. Use no other braces, and no token
  twice in one sentence.
- No digits and no words for numbers, no dates or times, no money, no promises, no superlatives.
- Say only what is true of any such mail: nothing of places, nor of how many people did something.
- Say nothing about age, sex, nationality or family of the reader.
- No links, no addresses, no Markdown, no emoji, no exclamation marks, no quotation marks.
- Do not greet and do not sign: both are added by code. No sentence twice.
- If `refused` is there, your last answer was refused for that reason: write another one that keeps the rule.
"""
INSTRUCTIONS = ABOUT_JOBS + RULES
PERSONAL = {
    "subject": "the subject: one line, at most 50 characters in English, 28 in Japanese",
    "preheader": "what follows the subject in a list of mails: one sentence, something else than the subject",
    "introduction": "two or three sentences that lead to the jobs",
    "closing": "one or two kind sentences after the jobs",
}
SECTION = {"intro": "one sentence about these jobs", "call_to_action": "the words of a link to more of them"}


def personal_facts(plan: MailPlan) -> dict[str, Any]:
    """What is told for the prose around the sections of a mail."""
    facts = reader_facts(plan.language, plan.seniority, plan.work_style, plan.values.keys())
    return facts | told_style(plan.style)


def reader_facts(
    language: EmailLanguage, seniority: str, work_style: str, known: Collection[str]
) -> dict[str, Any]:
    """What is told of a class of readers, who share the prose around the sections; `known` are tokens."""
    return {
        "language": NAMES[language],
        "write": PERSONAL,
        "reader": {"experience": seniority, "place of work": work_style},
        "tokens": told_tokens(MEANINGS, known),
    }


def told_style(style: Mapping[str, str]) -> dict[str, Any]:
    """What is told of how to write; nothing where it is as always, so that all who read that share a text."""
    return {"style": dict(style)} if style else {}


def told_tokens(meanings: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """The tokens that are known, as they are to be written, with what they mean."""
    return {f"{{{{{name}}}}}": meaning for name, meaning in meanings.items() if name in known}


def section_facts(language: EmailLanguage) -> dict[str, Any]:
    """What is told for the prose of the sections: the same for everybody."""
    return {
        "language": NAMES[language],
        "write": {
            row.kind.value: f"{KINDS[row.kind]}: {', '.join(SECTION.values())}" for row in SECTION_ROWS
        },
    }


def varied(facts: Mapping[str, Any], number: int, count: int) -> dict[str, Any]:
    """The facts of one of so many variations of a text."""
    return {**facts, "variation": f"{number} of {count}: say it in another way than the others would"}


def prompt_of(
    facts: Mapping[str, Any], refused: str | None = None, instructions: str = INSTRUCTIONS
) -> Prompt:
    """The prompt for some facts; `refused` is why the last answer to it was not taken."""
    told = {**facts, "refused": refused} if refused else facts
    return Prompt(instructions, json.dumps(told, ensure_ascii=False, indent=1))


def known_tokens(plan: MailPlan) -> frozenset[str]:
    """The tokens that a model may use for a mail; variables are for the bank alone."""
    return frozenset(name for name in plan.values if not name.startswith(VARIABLE))


def texts_schema(names: tuple[str, ...]) -> dict[str, Any]:
    """A strict schema of an object of texts: everything is required, nothing else allowed, no bounds."""
    return _object({name: {"type": "string"} for name in names})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


PERSONAL_FORM = Form("introduction", texts_schema(PersonalText._fields))
SECTIONS_FORM = Form(
    "sections", _object({row.kind.value: texts_schema(SectionText._fields) for row in SECTION_ROWS})
)
