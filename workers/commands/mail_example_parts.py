"""The six parts of `kairos mail example`, each a few lines around a call of the library."""

from collections.abc import AsyncIterator, Callable

from workers.evaluate.golden_readers import golden_readers
from workers.mail import (
    BatchGenerationRequest,
    EmailGenerationService,
    EmailLanguage,
    EmailSectionType,
    GenerationResult,
    JobMatch,
    UserProfile,
)

ExamplePart = Callable[[EmailGenerationService], AsyncIterator[str]]
ENGLISH, JAPANESE = EmailLanguage.ENGLISH, EmailLanguage.JAPANESE
ENGINEER, NURSE, COOK = (
    next(reader for reader in golden_readers() if reader.name == name)
    for name in ("senior-software", "nurse", "cook")
)


async def single(service: EmailGenerationService) -> AsyncIterator[str]:
    """One mail of six sections."""
    result = await service.generate_email(ENGINEER.profile(ENGLISH), ENGINEER.matches(ENGLISH))
    mail = result.email_content
    if mail is None:
        yield f"failed: {result.error_message}"
        return
    yield f"Subject: {mail.subject}"
    yield f"Preheader: {mail.preheader}"
    yield f"{mail.greeting} {mail.introduction}"
    for section in mail.sections:
        yield f"{section.title} ({len(section.job_ids)} jobs), such as {section.job_descriptions[0]}"
    yield f"{len(mail.html):,} characters of HTML, {len(mail.text):,} of plain text, {made(result)}"


async def batch(service: EmailGenerationService) -> AsyncIterator[str]:
    """Three mails at once; a reader without jobs fails alone."""
    readers = {"engineer": ENGINEER, "nurse": NURSE, "cook": COOK}
    profiles = [reader.profile(ENGLISH) for reader in readers.values()]
    lists = {reader.name: reader.matches(ENGLISH) for reader in (ENGINEER, NURSE)}
    asked = BatchGenerationRequest(user_profiles=profiles, job_matches_by_user=lists, priority=8)
    for result in await service.generate_emails_batch(asked):
        subject = result.email_content.subject if result.email_content else result.error_message
        yield f"{result.user_id}: {result.status.value}: {subject}"
    estimates = await service.generate_emails_batch(asked.model_copy(update={"dry_run": True}))
    tokens = sum(each.input_tokens for each in estimates)
    yield f"a dry run of the same asks nobody and expects about {tokens:,} tokens of input"


async def errors(service: EmailGenerationService) -> AsyncIterator[str]:
    """Wrong lists are named; what cannot be shown is left out."""
    profile, lists = NURSE.profile(ENGLISH), NURSE.matches(ENGLISH)
    del lists[EmailSectionType.NEW_ARRIVALS]
    checked = await service.validate_job_matches(lists)
    yield f"valid: {checked['is_valid']}, errors: {checked['errors']}"
    result = await service.generate_email(profile, lists)
    yield f"{result.status.value}: {result.error_message}"
    lists = NURSE.matches(ENGLISH)
    lists[EmailSectionType.NEW_ARRIVALS][0] = JobMatch(900, "Apply at www.evil.example", "Evil", "Nowhere")
    result = await service.generate_email(profile, lists)
    left_out = result.email_content.generation_metadata["left_out"] if result.email_content else "?"
    yield f"{result.status.value}: {left_out} job is left out, whose title would become a link"


async def monitoring(service: EmailGenerationService) -> AsyncIterator[str]:
    """What the service has done so far."""
    figures = await service.get_performance_metrics()
    yield f"{figures['total_requests']} mails, {figures['success_rate']:.0%} written"
    yield f"{figures['cache_hit_rate']:.0%} without a call, {figures['fallback_rate']:.0%} with the bank"
    yield f"{figures['avg_response_time']:.0f} ms a mail, {figures['total_tokens_used']:,} tokens"
    yield f"refused by the gate: {figures['refusals'] or 'nothing'}"


async def languages(service: EmailGenerationService) -> AsyncIterator[str]:
    """The same reader in both languages."""
    for language in EmailLanguage:
        result = await service.generate_email(COOK.profile(language), COOK.matches(language))
        if (mail := result.email_content) is not None:
            yield f"{language.value}: {mail.subject}"
            yield f"    {mail.greeting} {mail.sections[0].title}: {mail.sections[0].intro_text}"


async def cache(service: EmailGenerationService) -> AsyncIterator[str]:
    """Texts are shared by readers of a class and can be forgotten for one; in mock mode none are kept."""
    profile = UserProfile("somebody-else", "Ben", "ben@readers.example", ENGLISH, experience_level="mid")
    for name in ("first", "again"):
        result = await service.generate_email(profile, COOK.matches(ENGLISH))
        yield f"{name}: cached: {result.cached}, {made(result)}"
    forgotten = await service.clear_cache(profile.user_id)
    yield f"{forgotten} texts that this reader used were forgotten"


def made(result: GenerationResult) -> str:
    """What a mail has cost, and in what time."""
    fresh = "new texts" if result.tokens_used else "texts of the mock mode"
    by = "by the bank" if result.fallback else "from kept texts" if result.cached else fresh
    tokens = f"{result.tokens_used:,} tokens" if result.tokens_used else "no tokens"
    return f"{by}, {tokens}, {result.duration_ms:.0f} ms"


PARTS: tuple[tuple[str, ExamplePart], ...] = (
    ("A single mail", single),
    ("A batch", batch),
    ("Errors", errors),
    ("Figures", monitoring),
    ("Both languages", languages),
    ("The cache", cache),
)
