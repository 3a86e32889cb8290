"""The source of the demo's site: jobs from the product's database, lists from serve, acts from profiles."""

import json
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import urlencode

from bson.codec_options import CodecOptions
from pymongo.database import Database
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError

from schemas.documents import Event, Job
from schemas.mail import Language
from schemas.model import RawDocument, from_epoch_ms
from schemas.names import full_name
from workers.demo.site.answers import SeenJob, acts_of, listed_jobs
from workers.demo.site.direct import open_direct
from workers.demo.site.source import JobAct, JobList, ReceivedMail, SourceUnavailable, Visitor
from workers.product.reading.document import read
from workers.serve.feed.page import cursor_of

ANSWER_SECONDS = 5.0


class FleetSource:
    """Asks the fleet as a product would.

    `sign` makes a person's token, `seen` finds what they did with jobs, `mails` those that were received.
    """

    def __init__(
        self,
        database: Database[RawDocument],
        feed_url: str,
        visitors: Sequence[Visitor],
        sign: Callable[[str], str],
        seen: Callable[[str], Iterable[SeenJob]],
        now_ms: Callable[[], int],
        mails: Callable[[], Sequence[ReceivedMail]],
    ) -> None:
        self._jobs, self._events, self._users = (
            database.get_collection(name, codec_options=CodecOptions(tz_aware=True))
            for name in ("jobs", "events", "users")
        )
        self._mails = mails
        self._feed_url = feed_url
        self._visitors = visitors
        self._sign = sign
        self._seen = seen
        self._now_ms = now_ms
        self._first: dict[str, JobList] = {}  # of each visitor

    def visitors(self) -> Sequence[Visitor]:
        """Some people of the product."""
        return self._visitors

    def token(self, person: str) -> str:
        """A token that was signed now."""
        return self._sign(person)

    def open_jobs(self) -> Sequence[Job]:
        """The open jobs, newest first."""
        asked = {"closes_at": {"$gt": from_epoch_ms(self._now_ms())}}
        try:
            return [job_of(found) for found in self._jobs.find(asked).sort([("posted_at", -1), ("_id", 1)])]
        except PyMongoError as error:
            raise SourceUnavailable("the database does not answer") from error

    def job(self, job_id: str) -> Job | None:
        """A job, open or closed."""
        try:
            found = self._jobs.find_one({"_id": job_id})
        except PyMongoError as error:
            raise SourceUnavailable("the database does not answer") from error
        return None if found is None else job_of(found)

    def feed(self, person: str, language: Language, size: int, request_id: str | None = None) -> JobList:
        """A list from serve: a new one, or that of a request."""
        asked = {"size": size, "language": language}
        query = urlencode(asked if request_id is None else asked | {"cursor": cursor_of(request_id, 0)})
        request = urllib.request.Request(
            f"{self._feed_url}/jobs/api/feed/?{query}",
            headers={"Authorization": f"Bearer {self._sign(person)}"},
        )
        try:
            with open_direct(request, ANSWER_SECONDS) as answer:
                found = listed_jobs(json.load(answer))
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise SourceUnavailable("the feed does not answer") from error
        self._first.setdefault(person, found)
        return found

    def before(self, person: str, language: Language, size: int) -> JobList:
        """The first list that the person was shown by this site."""
        first = self._first.get(person) or self.feed(person, language, size)
        return JobList(first.request_id, first.jobs[:size], first.shortened)

    def acts(self, person: str) -> Sequence[JobAct]:
        """What the profile of the person says."""
        try:
            seen = list(self._seen(person))
            asked = {"_id": {"$in": [job.job_id for job in seen]}}
            titles = {found["_id"]: found["title"] for found in self._jobs.find(asked, {"title": 1})}
        except (RedisError, PyMongoError) as error:
            raise SourceUnavailable("profiles cannot be read") from error
        return acts_of(seen, titles)

    def event(self, event_id: str) -> Event | None:
        """An event of the database."""
        try:
            found = self._events.find_one({"_id": event_id})
        except PyMongoError as error:
            raise SourceUnavailable("the database does not answer") from error
        return None if found is None else read(Event, {"id": found["_id"], **found})

    def mails(self) -> Sequence[ReceivedMail]:
        """The mails that the demo's mail server has."""
        return self._mails()

    def recipients(self, addresses: Iterable[str]) -> Mapping[str, Visitor]:
        """The users with these addresses."""
        asked = {"email": {"$in": list(addresses)}}
        try:
            found = list(self._users.find(asked, {"name": 1, "email": 1}))
        except PyMongoError as error:
            raise SourceUnavailable("the database does not answer") from error
        return {
            user["email"]: Visitor(user["_id"], full_name(user.get("name"), user["email"])) for user in found
        }


def job_of(document: RawDocument) -> Job:
    """A document of the product's database as a job."""
    return read(Job, {"id": document["_id"], **document})
