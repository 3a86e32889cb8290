"""Results: a mail that may be sent, one that cannot be written, and what one would cost. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from workers.writing.bank import texts_of_bank
from workers.writing.compose import ComposedMail, compose, content_of, refusal_of_composed
from workers.writing.matches import check_matches, matches_by_kind
from workers.writing.models import (
    EmailLanguage,
    EmailSectionType,
    GenerationResult,
    GenerationStatus,
    JobMatch,
    PersonId,
    UserProfile,
)
from workers.writing.pace.prices import cost
from workers.writing.plan import MailPlan, plan_of
from workers.writing.prompts import personal_facts, prompt_of, section_facts
from workers.writing.rendering.page import Sender
from workers.writing.request import OUTPUT_TOKENS
from workers.writing.texts import MailTexts

JobLists = Mapping[EmailSectionType, list[JobMatch]]


def sendable(
    plan: MailPlan, texts: MailTexts, mark: str = "", sender: Sender | None = None
) -> ComposedMail | None:
    """The mail of a plan with these texts, or with those of the bank if it may not be sent as it is.

    None if it cannot be sent with those either.
    """
    for each in (texts, texts_of_bank(plan, "gate: the whole mail was refused", texts.bank)):
        mail = compose(plan, each, sender, mark)
        if refusal_of_composed(mail) is None:
            return mail
    return None


def result_of(user_id: PersonId, mail: ComposedMail, at: int, warnings: list[str]) -> GenerationResult:
    """The result for a mail that was made at a time (epoch milliseconds)."""
    plan, made = mail.plan, mail.texts.made
    origins = {each.origin for each in made}
    reasons = [each.reason for each in made if each.reason is not None]
    metadata = {
        "introduction": made[0].origin,
        "sections": made[1].origin,
        "model": next((each.model for each in made if each.model), None),
        "warnings": warnings,
        "left_out": plan.left_out,
        "template_variables": dict(plan.variables),
    }
    return GenerationResult(
        user_id=user_id,
        status=GenerationStatus.COMPLETED,
        email_content=content_of(mail, user_id, at, metadata),
        input_tokens=sum(each.input_tokens for each in made),
        output_tokens=sum(each.output_tokens for each in made),
        cached_input_tokens=sum(each.cached_tokens for each in made),
        cost_micro_dollars=sum(each.micro_dollars for each in made),
        cached=origins == {"cache"},
        fallback="bank" in origins,
        reason="; ".join(dict.fromkeys(reasons)) or None,
    )


def estimate(
    profile: UserProfile,
    lists: JobLists,
    language: EmailLanguage | None,
    model: str | None,
    price: Callable[[str, int, int, int], int] = cost,
) -> GenerationResult:
    """What a mail would cost at most, without asking anybody; no money without a model.

    `price` is what a model takes for tokens: by live calls (`cost`) or in a batch (`batch_cost`).
    """
    checked = check_matches(lists)
    if not checked["is_valid"]:
        return failed(profile.user_id, "; ".join(checked["errors"]))
    plan = plan_for(profile, lists, language, None)
    tokens = sum(prompt_of(facts).tokens for facts in (personal_facts(plan), section_facts(plan.language)))
    return GenerationResult(
        user_id=profile.user_id,
        status=GenerationStatus.PENDING,
        input_tokens=tokens,
        cost_micro_dollars=0 if model is None else price(model, tokens, 0, 2 * OUTPUT_TOKENS),
    )


def plan_for(
    profile: UserProfile,
    job_matches: JobLists,
    language: EmailLanguage | None,
    variables: dict[str, Any] | None,
) -> MailPlan:
    """The plan of a mail, in the reader's language if it is known, else in this one, else in English."""
    by_kind = matches_by_kind(job_matches)[0] if isinstance(job_matches, Mapping) else {}
    lists = {kind: jobs for kind, jobs in by_kind.items() if isinstance(jobs, list | tuple)}
    shown = {kind: [job for job in jobs if isinstance(job, JobMatch)] for kind, jobs in lists.items()}
    return plan_of(profile, shown, profile.preferred_language or language or EmailLanguage.ENGLISH, variables)


def failed(user_id: PersonId, why: str) -> GenerationResult:
    """The result for a mail that cannot be written."""
    return GenerationResult(
        user_id=user_id, status=GenerationStatus.FAILED, error_message=why, reason=f"jobs: {why}"
    )
