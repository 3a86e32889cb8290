"""The person as the ranking sees them, from their profile: nothing else of it is read."""

from schemas.model import epoch_ms_or_none, to_epoch_ms
from schemas.profile import EnrichedProfile
from schemas.profile.parts import JobInterest
from workers.recommend.seeker import JobSeeker, KnownJob, KnownSearch


def seeker_of(profile: EnrichedProfile) -> JobSeeker:
    """What the ranking reads of a profile.

    A language that nobody stated is unknown here, since the preferred one is then only a guess.
    """
    words = [profile.occupation, *profile.interests]
    places = (profile.home_neighborhood, profile.work_neighborhood)
    return JobSeeker(
        id=profile.id,
        resume=profile.resume,
        fields="\n".join(word for word in words if word) or None,
        places=tuple(place for place in places if place),
        language=profile.preferred_language if profile.language else None,
        jobs=tuple(known_job(job) for job in profile.jobs),
        searches=tuple(
            KnownSearch(each.query, each.place, to_epoch_ms(each.at)) for each in profile.searches
        ),
        excluded=frozenset(profile.excluded_jobs),
    )


def known_job(job: JobInterest) -> KnownJob:
    """What a person did with a job."""
    return KnownJob(
        job.job_id,
        job.viewed_seconds,
        *map(
            epoch_ms_or_none, (job.viewed_at, job.applied_at, job.saved_at, job.rejected_at, job.ignored_at)
        ),
    )
