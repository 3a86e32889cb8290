"""The feed over HTTP: with a board, and with Redis and Kafka stood in for."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from schemas.interactions import Impression
from schemas.model import to_epoch_ms
from schemas.profile import EnrichedProfile
from tests.unit.recommend.boards import EMBEDDER, TITLES, job
from tests.unit.serve.tracking.site import PRODUCTION, WriterInMemory
from workers.board.board_changes import BoardChange
from workers.board.live_board import LiveBoard
from workers.recommend.board import Board
from workers.recommend.policy import FeedPolicy
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load
from workers.serve.description.site_models import FeedAnswer, FeedEntry
from workers.serve.feed.endpoints import Feed
from workers.serve.feed.feeds import Feeds
from workers.serve.feed.profile_news import ProfileNews, person_of
from workers.serve.tracking.endpoints import proof_of
from workers.serve.tracking.tokens import TokenKeys
from workers.serve.web import application

URL = "/jobs/api/feed/"


class RedisInMemory:
    """The two commands that a feed needs."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def set(self, key: str, value: bytes, ex: int) -> None:
        assert ex > 0
        self.values[key] = value


class Site:
    """The routes of the feed, a board with the jobs of TITLES, and what is logged."""

    def __init__(self, **environment: str) -> None:
        self.settings = load(environment)
        self.writer, self.redis = WriterInMemory(self.settings), RedisInMemory()
        self.board = LiveBoard(Board(EMBEDDER))
        self.put(*TITLES)
        self.board._ready.set()
        feeds = Feeds(self.board, self.redis, self.settings, FeedPolicy())  # type: ignore[arg-type]
        news = ProfileNews(self.settings)
        self.feed = Feed(self.settings, feeds, proof_of(self.settings), self.writer, news)
        self.client = TestClient(application(self.settings, self.feed.routes(), ()))

    def put(self, *titles: str) -> None:
        self.board.apply([BoardChange(title, now_ms(), job(title)) for title in titles])

    def close(self, job_id: str) -> None:
        self.board.apply([BoardChange(job_id, now_ms())])

    def profile(self, person: str, **fields: Any) -> None:
        profile = EnrichedProfile(id=person, as_of=now_ms(), **fields)
        self.redis.values[self.settings.name(f"profile:{person}")] = profile.dumps()

    def get(self, person: str = "mia", **query: Any) -> Any:
        return self.client.get(URL, params={"person": person, **query})

    def ids(self, **query: Any) -> list[str]:
        return [each["job"]["id"] for each in self.get(**query).json()["jobs"]]

    def impressions(self) -> list[Impression]:
        return [Impression.loads(record.value or b"") for record in self.writer.records]


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_page_says_of_every_job_why_it_is_there(site: Site) -> None:
    """Score, parts, and a reason in the language that was asked for."""
    site.profile("mia", occupation="Nurse")
    page = site.get(size=5).json()

    assert [each["position"] for each in page["jobs"]] == [0, 1, 2, 3, 4]
    assert page["jobs"][0]["job"]["title"] == "Registered Nurse"
    assert page["jobs"][0]["reason"] == {"code": "profile", "text": "Matches your profile"}
    assert all(0 <= each["score"] <= 100 and each["reason"]["text"] for each in page["jobs"])
    japanese = site.get(size=5, language="ja").json()["jobs"][0]["reason"]["text"]
    assert japanese == "プロフィールに合っています"


def test_a_page_is_as_it_is_described(site: Site) -> None:
    """Each field, and no other."""
    page = site.get(size=2).json()

    assert len(FeedAnswer.model_validate(page).jobs) == 2
    assert set(page) == set(FeedAnswer.model_fields)
    assert set(page["jobs"][0]) == set(FeedEntry.model_fields)


def test_the_pages_of_a_list_neither_repeat_nor_skip_while_the_board_moves(site: Site) -> None:
    """A job that closes in between is not shown; one that opens is on the next list."""
    first = site.get(size=5).json()
    whole = {each["job"]["id"] for each in first["jobs"]}
    closed = next(title for title in TITLES if title not in whole)
    site.close(closed)
    site.put("Opened Meanwhile")
    pages, cursor = [first], first["next"]
    while cursor is not None:
        pages.append(site.get(size=5, cursor=cursor).json())
        cursor = pages[-1]["next"]

    shown = [each["job"]["id"] for page in pages for each in page["jobs"]]
    assert sorted(shown) == sorted(set(TITLES) - {closed})
    assert len({page["request_id"] for page in pages}) == 1
    assert "Opened Meanwhile" in site.ids(size=50)


def test_what_was_rejected_after_the_list_was_made_is_not_on_its_next_page(site: Site) -> None:
    first = site.get(size=1).json()
    rest = [title for title in TITLES if title != first["jobs"][0]["job"]["id"]]
    site.profile("mia", excluded_jobs=rest[:3])

    assert set(site.ids(size=50, cursor=first["next"])) == set(rest[3:])


def test_every_answer_is_logged_with_exact_propensities(site: Site) -> None:
    """Under the person, with what decided it; what is shown is what is logged."""
    page = site.get(size=4).json()
    (impression,) = site.impressions()

    assert site.writer.records[0].key == b"mia"
    assert [each.job_id for each in impression.jobs] == [each["job"]["id"] for each in page["jobs"]]
    assert impression.request_id == page["request_id"]
    assert all(0 < each.propensity <= 1 for each in impression.jobs)
    assert to_epoch_ms(impression.at) == site.writer.records[0].at


def test_a_list_is_shown_although_it_cannot_be_logged(site: Site) -> None:
    site.writer.answers = False
    assert len(site.ids(size=5)) == 5


def test_the_list_of_another_person_is_refused(site: Site) -> None:
    cursor = site.get("mia", size=1).json()["next"]
    answer = site.get("bob", cursor=cursor)
    assert (answer.status_code, answer.json()["field"]) == (403, "cursor")


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"size": "0"}, 422, "size"),
        ({"size": "51"}, 422, "size"),
        ({"size": "１"}, 422, "size"),
        ({"language": "fr"}, 422, "language"),
        ({"personalization": "perhaps"}, 422, "personalization"),
        ({"cursor": "5"}, 422, "cursor"),
        ({"cursor": "-5.x"}, 422, "cursor"),
        ({"cursor": "5.gone"}, 410, "cursor"),
        ({"person": ""}, 401, "token"),
        ({"person": "x" * 300}, 401, "token"),
        ({"token": "forged"}, 403, "token"),
    ],
)
def test_impossible_values_are_refused_by_name(site: Site, query: Any, status: int, field: str) -> None:
    answer = site.client.get(URL, params={"person": "mia"} | query)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert site.writer.records == []


def test_in_production_only_a_token_names_a_person() -> None:
    """In the header, where no log has it, or in the query."""
    site = Site(**PRODUCTION)
    token = TokenKeys(site.settings.token_secrets, site.settings.token_ms).sign("mia", now_ms())

    assert site.get("mia").status_code == 401
    headers = {"Authorization": f"Bearer {token}"}
    assert site.client.get(URL, headers=headers).status_code == 200
    assert site.client.get(URL, params={"token": token}).status_code == 200
    assert {impression.person for impression in site.impressions()} == {"mia"}


def test_without_personalization_the_list_is_that_of_everybody(site: Site) -> None:
    """By the query, whatever is known of the person."""
    site.profile("mia", occupation="Nurse")
    page = site.get(personalization="off", size=5).json()
    assert page["arm"] == "popular"
    assert {each["reason"]["code"] for each in page["jobs"]} <= {"popular", "discovery"}


def test_while_the_jobs_are_read_there_is_no_list(site: Site) -> None:
    site.board._ready.clear()
    answer = site.get()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_published_changes_name_their_person() -> None:
    assert person_of(b'{"kind": "profile", "person": "mia", "at_ms": 1}') == "mia"
    assert person_of(b'{"kind": "decision", "person": "mia", "at_ms": 1}') is None
    assert person_of(b"[") is None
    assert person_of(b"[]") is None
