"""Which résumé counts: that of the product's document, or the one that the person gave the job site."""

import base64

import msgspec
import pytest

from schemas.documents import User
from schemas.interactions import ResumeUpload
from schemas.model import to_epoch_ms
from tests.unit.product.reading.pdf_files import pdf_of
from tests.world import World, ms
from workers.commands.rebuild_states import decoded
from workers.commands.verify_compare import differing_fields
from workers.commands.verify_documents import PersonDocuments
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import PersonState, StoredPerson, StoredUser
from workers.people.state_formats import FORMAT, PersonCodec
from workers.recommend.profile_seeker import seeker_of


def user(resume: str | None = None, **fields: str) -> User:
    return User.model_validate({"id": "mia", "resume": resume, **fields})


class Site(World):
    """A product with a job site; every change is a day after the last one."""

    def document(self, resume: str | None = None, **fields: str) -> None:
        self._next_day()
        self.put("users", user(resume, **fields))

    def upload(self, text: str | None) -> None:
        self._next_day()
        upload = ResumeUpload(person="mia", text=text)
        self.fleet.put("interactions", "mia", upload, at=self.now)

    def resume(self) -> str | None:
        self.settle()
        profile = self.profile("mia")
        assert profile is not None
        return profile.resume

    def state(self) -> StoredPerson:
        self.settle()
        stored: StoredPerson = decoded(stage(Policy()), self.fleet.replays[-1].stored()[b"mia"]).stored
        return stored

    def _next_day(self) -> None:
        self.now += 86_400_000


@pytest.fixture
def site() -> Site:
    return Site()


def test_the_newer_one_counts(site: Site) -> None:
    """E1: whoever said it; the ranking reads it where it reads that of the document."""
    site.document("Painter")
    assert site.resume() == "Painter"
    site.upload("Nurse")
    assert site.resume() == "Nurse"
    profile = site.profile("mia")
    assert profile is not None
    assert seeker_of(profile).resume == "Nurse"
    site.document("Pilot")
    assert site.resume() == "Pilot"
    site.upload("Cook")
    assert site.resume() == "Cook"


def test_another_change_of_the_document_makes_its_resume_no_newer(site: Site) -> None:
    """Neither does its coming again."""
    site.document("Painter")
    site.upload("Nurse")
    for occupation in ("Nurse", "Nurse", "Head nurse"):
        site.document("Painter", occupation=occupation)
        assert site.resume() == "Nurse"
    site.document(None)
    assert site.resume() == "Nurse"


def test_what_is_taken_back_is_forgotten(site: Site) -> None:
    """That of the document counts again."""
    site.document("Painter")
    site.upload("Nurse")
    site.upload(None)

    assert site.resume() == "Painter"
    assert site.state().resume is None
    assert site.dead_letters() == []


def test_it_may_come_before_the_person(site: Site) -> None:
    """Of whom there is no document there is no profile."""
    site.upload("Nurse")
    site.settle()
    assert site.profile("mia") is None
    site.document()
    assert site.resume() == "Nurse"


def test_it_goes_with_the_person(site: Site) -> None:
    """The product deletes the user: nothing else would ever take the text back."""
    site.document("Painter")
    site.upload("Nurse")
    site.settle()
    site.delete("users", "mia")
    assert site.state().resume is None
    site.document("Painter")
    assert site.resume() == "Painter"


def test_programs_from_outside_may_write_anything(site: Site) -> None:
    """A PDF in base64 is read, too much is cut, white space is nothing, and the rest is a dead letter."""
    site.document("Painter")
    site.upload(base64.b64encode(pdf_of(["Nurse"])).decode())
    assert site.resume() == "Nurse"
    site.upload("x" * 60_000)
    assert site.resume() == "x" * 8_000
    site.upload("  \n")
    assert site.resume() == "Painter"
    site.upload("JVBERi0x")
    assert site.resume() == "Painter"
    assert len(site.dead_letters()) == 1


def test_an_earlier_record_that_comes_later_does_not_count(site: Site) -> None:
    """By the time of the record."""
    site.document()
    site.upload("Nurse")
    site.fleet.put("interactions", "mia", ResumeUpload(person="mia", text="Cook"), at=ms("2024-02-01"))
    assert site.resume() == "Nurse"


def test_states_of_before_are_read() -> None:
    """Without a time of the document's résumé, which is then the older one, and without one of the person."""
    old = StoredPerson("mia", user=StoredUser((1, 1), None, None, [], [], [], *(None,) * 9, resume="Painter"))
    values = msgspec.to_builtins(old)
    values = values[: StoredPerson.__struct_fields__.index("resume")]
    assert values[3].pop() is None
    data = bytes([FORMAT]) + msgspec.msgpack.encode(values)

    assert PersonCodec().decode(data).stored == old
    assert PersonCodec().decode(PersonCodec().encode(PersonState(old))).stored == old


def test_verify_does_not_find_it_missing_in_the_documents(site: Site) -> None:
    """Nor the one of the document, when that is newer."""
    for told in ("document", "upload", "document"):
        getattr(site, told)(f"of a {told} on {site.now}")
        stored, profile = site.state(), site.profile("mia")
        assert profile is not None
        latest = stored.user.resume if stored.user else None
        documents = PersonDocuments({"mia": user(latest)}, {}, [])
        assert to_epoch_ms(profile.as_of) == site.now
        assert differing_fields(profile, documents, stored, Policy()) == ()
