"""The job site's requests: any address, parameter and cookie gets a page or a clear refusal."""

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.standins.job_source import DemoJobs
from workers.demo.site.app import JobSite, own_path
from workers.demo.site.source import Visitor

NOW = 1_790_000_000_000


@pytest.fixture(scope="module")
def made() -> DemoJobs:
    """The demo's jobs."""
    return DemoJobs(NOW)


@pytest.fixture
def client(made: DemoJobs) -> TestClient:
    """A browser of the site, without cookies."""
    made.is_available = True
    return TestClient(JobSite(made, lambda: NOW).app(), follow_redirects=False)


@pytest.mark.parametrize("path", ["/jobs/browse/", "/jobs/feed/", "/jobs/feed/list/", "/jobs/before-after/"])
def test_a_page_in_each_language(client: TestClient, path: str) -> None:
    """By the browser's language, and by a chosen one against it."""
    japanese = client.get(path, headers={"accept-language": "ja,en;q=0.8"})
    english = client.get(path, headers={"accept-language": "en-GB"})

    assert (japanese.status_code, english.status_code) == (200, 200)
    assert japanese.text != english.text
    client.cookies.set("language", "en")
    assert client.get(path, headers={"accept-language": "ja"}).text == english.text


def test_the_policy_allows_the_sites_own_scripts_only(client: TestClient) -> None:
    """No inline script or style is on a page, and none would run."""
    answer = client.get("/jobs/feed/")

    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert answer.text.count("<script") == answer.text.count("<script src=") == 2


def test_another_origin_may_be_told_when_it_tracks(made: DemoJobs) -> None:
    """The endpoint is in the script's tag and in what the page may connect to."""
    site = TestClient(JobSite(made, lambda: NOW, "http://127.0.0.1:8600").app())
    answer = site.get("/jobs/browse/")

    assert 'data-endpoint="http://127.0.0.1:8600"' in answer.text
    assert "connect-src 'self' http://127.0.0.1:8600;" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/jobs/none/", "/nothing", "/static/nothing", "/static/..%2Fapp.py"])
def test_what_does_not_exist_is_not_found(client: TestClient, path: str) -> None:
    """404, as a page or a word."""
    assert client.get(path).status_code == 404


def test_a_source_that_does_not_answer_is_said_so(client: TestClient, made: DemoJobs) -> None:
    """503, and the frame of the site."""
    made.is_available = False
    answer = client.get("/jobs/feed/")

    assert answer.status_code == 503
    assert "does not answer" in answer.text


def test_the_list_waits_for_a_press(client: TestClient, made: DemoJobs) -> None:
    """204 until the profile has it, and until it has it no longer."""
    job, person = made.open_jobs()[3].id, made.people[0].id
    asked = f"/jobs/feed/list/?job={job}&kind=saved&pressed="
    assert [client.get(asked + word).status_code for word in ("true", "false")] == [204, 200]
    made.told("", {"token": f"key.{person}.t.s", "job": job, "kind": "saved"})
    assert [client.get(asked + word).status_code for word in ("true", "false")] == [200, 204]


def test_a_closed_job_has_no_buttons(client: TestClient, made: DemoJobs) -> None:
    """It is shown to whoever has its address, with the word that it is closed."""
    is_open = {job.id for job in made.open_jobs()}
    closed = next(job for job in made.jobs.values() if job.id not in is_open)
    answer = client.get(f"/jobs/{closed.id}/")

    assert "This job is closed" in answer.text
    assert "data-kairos" not in answer.text
    assert "data-kairos" in client.get(f"/jobs/{made.open_jobs()[0].id}/").text


def test_the_pages_of_the_document_are_there(client: TestClient, made: DemoJobs) -> None:
    """C19: the list of jobs leads to a job's page, which has the button to apply."""
    listing = client.get("/jobs/browse/")
    job = made.open_jobs()[0]
    detail = client.get(f"/jobs/{job.id}/")

    assert (listing.status_code, detail.status_code) == (200, 200)
    assert f'href="/jobs/{job.id}/' in listing.text
    assert f'data-kairos="applied" data-job-id="{job.id}"' in detail.text


def test_a_job_knows_the_list_it_was_opened_from(client: TestClient, made: DemoJobs) -> None:
    """For the tracking script; odd values are left out or are text."""
    job = made.open_jobs()[0].id
    answer = client.get(f"/jobs/{job}/?source=feed&decision=r%22%3E1&position=4")
    odd = client.get(f"/jobs/{job}/?position=-1&source={quote('<script>')}")

    assert 'data-source="feed" data-decision="r&quot;&gt;1" data-position="4"' in answer.text
    assert 'data-source="&lt;script&gt;"' in odd.text
    assert "data-position" not in odd.text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", 20), ("?page=2", 20), ("?page=999", None), ("?page=-1", 20), ("?page=x", 20), ("?q=zzzz", 0)],
)
def test_the_list_has_pages(client: TestClient, asked: str, shown: int | None) -> None:
    """Twenty on each but the last; a number that cannot be is one that can."""
    answer = client.get(f"/jobs/browse/{asked}")

    assert answer.status_code == 200
    cards = answer.text.count('<li class="card">')
    assert 0 < cards <= 20 if shown is None else cards == shown


def test_a_search_finds_words_and_places(client: TestClient, made: DemoJobs) -> None:
    """All of the words must be there, whatever their case; the page tells the script what was looked for."""
    answer = client.get("/jobs/browse/?q=PYTHON%20developer&place=francisco")
    expected = [
        job
        for job in made.open_jobs()
        if "python" in job.tags and "Developer" in (job.title or "") and "Francisco" in (job.location or "")
    ]

    assert answer.text.count('<li class="card">') == len(expected) > 0
    assert 'data-query="PYTHON developer" data-place="francisco"' in answer.text


def test_being_another_person(client: TestClient, made: DemoJobs) -> None:
    """The choice is kept, and only people of the site can be chosen."""
    person = made.people[2].id
    answer = client.post("/visitor/", content=f"person={person}&next=/jobs/feed/?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs/feed/?a=1")
    assert f'data-token="key.{person}.' in client.get("/jobs/browse/").text
    client.post("/visitor/", content="person=nobody")
    assert f'data-token="key.{made.people[0].id}.' in client.get("/jobs/browse/").text
    assert client.post("/visitor/", content=b"x" * 5_000).status_code == 413
    client.cookies.set("person", "no hex")
    assert client.get("/jobs/browse/").status_code == 200


@pytest.mark.parametrize(
    "address", ["", "http://other.example/", "//other.example/", "/\\other.example", "jobs", "/a\nb", "/\t/b"]
)
def test_one_is_never_sent_to_another_site(address: str) -> None:
    """What is no path of this site leads to the list."""
    assert own_path(address) == "/jobs/browse/"


def test_what_others_wrote_is_text(made: DemoJobs) -> None:
    """A job or a name with HTML in it is shown as it was written, on every page."""
    nasty = '"><script>alert(1)</script>{x}'
    job = made.open_jobs()[0]
    odd = job.model_copy(
        update={"title": nasty, "company": nasty, "location": nasty, "salary": nasty, "tags": [nasty]}
        | {"description": nasty, "work_style": nasty}
    )
    source = DemoJobs(NOW)
    source.jobs[job.id] = odd
    source.people = [Visitor("user_001", nasty)]
    source.told("", {"token": "key.user_001.t.s", "job": job.id, "kind": "saved"})
    client = TestClient(JobSite(source, lambda: NOW).app())

    for path in ("/jobs/browse/", f"/jobs/{job.id}/", "/jobs/feed/", "/jobs/before-after/"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{x}" in text
