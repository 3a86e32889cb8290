"""What is wrong with a bank is told by line; one that is used is good as a whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.writing.banks import PACKAGED, bank_file, bank_text
from tests.unit.writing.readers import ENGLISH, JAPANESE, matches, reader
from tests.unit.writing.test_invitation import plan as invite
from workers.board.live_board import LiveBoard
from workers.mail.app import mail_writer
from workers.mail.held_events import HeldEvents
from workers.recommend.board import Board
from workers.recommend.table_embedder import TableEmbedder
from workers.runtime.process.settings import Settings, SettingsError
from workers.writing.bank import texts_of_bank
from workers.writing.bank_check import checked_bank
from workers.writing.bank_sentences import bank_sentences
from workers.writing.bank_setting import bank_of
from workers.writing.bank_shape import READER_CLASSES
from workers.writing.invitation import sendable_invitation
from workers.writing.plan import plan_of
from workers.writing.service import EmailGenerationService

ROLES = '["See what is new", "Look at the new roles"]'
EDITORS, NEW, ACTION = "en.sections.editorial_picks", "en.sections.new_arrivals", "call_to_action"
JOIN, COME = '"Join us at {{event.title}}"', '"Would you like to come? Simply'
HELLO, SUBJECT = 'hello = "Hello,"', '"Have a look: {{job.1.title}}"'
KIND = "Thank you for reading. If nothing here suits you, your next visit helps us to choose better."
PROBLEMS = {
    "a link": ((SUBJECT, '"Visit www.evil.example"'), "en.subject[4]", "contact"),
    "a number": ((SUBJECT, '"We have 12 jobs for you"'), "en.subject[4]", "digits"),
    "an unknown token": ((SUBJECT, '"Hello {{name}}, look"'), "en.subject[4]", "tokens"),
    "a token within a section": (('"See what is new"', '"See {{count}} new"'), ACTION, "tokens"),
    "another language": ((SUBJECT, '"Schöne neue Stellen"'), "en.subject[4]", "proper_nouns"),
    "too long": ((SUBJECT, f'"{"We like jobs " * 9}"'), "en.subject[4]", "length"),
    "twice in a list": ((SUBJECT, '"{{count}} jobs for you"'), "en.subject[4]", "twice"),
    "twice in a mail": ((SUBJECT, '"Our editors chose these roles."'), f"{EDITORS}.intro[1]", "twice"),
    "subject and preheader": ((SUBJECT, '"Roles that may match your profile."'), "en.preheader[2]", "twice"),
    "twice in a text": ((KIND, "We wish you all the best. " * 2 + "Have a look."), "en.closing[1]", "twice"),
    "of a mail of jobs": ((JOIN, '"Join us, {{count}}"'), "en.invite.subject[2]", "tokens"),
    "a reply with a link": ((COME, '"www.evil.example'), "en.invite.reply", "cannot be"),
    "a greeting with a link": ((HELLO, 'hello = "www.evil.example"'), "en.hello", "cannot be shown"),
    "a greeting without a name": (('"Hi {{name}},"', '"Hi you,"'), "en.hello_name", "once"),
    "a greeting with two names": (('"Hi {{name}},"', '"{{name}} {{name}}"'), "en.hello_name", "once"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_wrong_with_a_sentence_is_told_with_its_line(name: str) -> None:
    """The place in the tables, the line of the file, and the check."""
    change, place, detail = PROBLEMS[name]
    text = bank_text(change)
    _, (problem,) = checked_bank(text)

    assert place in problem.place
    assert detail in problem.detail
    assert problem.line is not None
    row = text.splitlines()[problem.line - 1]
    assert row != PACKAGED.splitlines()[problem.line - 1] or detail == "twice"


SHAPES = {
    "no TOML": ((HELLO, "hello ="), PACKAGED.splitlines().index(HELLO) + 1, "", "not TOML"),
    "no greeting": ((HELLO, ""), None, "en.hello", "is missing"),
    "no text": ((HELLO, "hello = 7"), None, "en.hello", "must be a text"),
    "no list": ((f"[\n  \"{KIND}\",", f'"{KIND}"\nold = ['), None, "en.closing", "must be a list"),
    "an empty list": ((ROLES, "[]"), None, f"{NEW}.{ACTION}", "must be a list"),
    "a number in a list": ((ROLES, "[7]"), None, f"{NEW}.{ACTION}", "must be a list"),
    "no section": ((f"[{NEW}]", "[en.readers.senior-remote]"), None, NEW, "is missing"),
    "another section": ((f"[{NEW}]", "[en.sections.old]"), None, "en.sections.old", "there is no such"),
    "no language": (("[ja]", "[xx]"), None, "xx", "there is no such"),
    "a table that is none": ((HELLO, f'{HELLO}\nreaders = "all"'), None, "en.readers", "must be a table"),
    "an unknown class": ((HELLO, f"{HELLO}\nreaders.old = {{}}"), None, "en.readers.old", "there is no such"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_wrong_with_the_tables_is_told(name: str) -> None:
    """Whatever stands where something else belongs."""
    change, line, place, detail = SHAPES[name]
    _, problems = checked_bank(bank_text(change))

    assert any((each.line, each.place) == (line, place) and detail in each.detail for each in problems)


@pytest.mark.parametrize("text", ["", "en = 1", "[en]\nsections = 3\nreaders = 2", "\x00", "[[en]]\n[[ja]]"])
def test_a_file_of_anything_is_a_list_of_problems(text: str) -> None:
    """Nothing of it raises."""
    assert checked_bank(text)[1] != []


@pytest.mark.parametrize(
    ("removed", "place"),
    [
        (('"{{var.campaign_name}}: {{count}} jobs for you",\n  "{{count}} jobs for you",', ""), "en.subject"),
        (('  "An event that may be right for you",\n', ""), "en.invite.subject"),
        (('"{{event.date}}: we hope to see you there.",\n  "An event that may be of interest to you.",', ""),
         "en.invite.preheader"),
    ],
)  # fmt: skip
def test_one_text_of_each_part_must_do_for_a_reader_of_whom_nothing_is_known(
    removed: tuple[str, str], place: str
) -> None:
    """There is no text to choose otherwise; nor for an event that cannot be named."""
    _, problems = checked_bank(bank_text(removed))

    assert [each.place for each in problems] == [place]
    assert problems[0].detail.startswith("one of the texts must have no token but {{")


def test_a_subject_must_name_the_event() -> None:
    """One that can be used whatever else is known of it."""
    named = '"{{event.title}}: will you join us?",\n  "Join us at {{event.title}}",\n'
    _, problems = checked_bank(bank_text((named, ""), ('"An invitation to {{event.title}}",', "")))

    assert [each.place for each in problems] == ["en.invite.subject"]


def test_the_packaged_bank_is_good() -> None:
    """As the one that is used where none is named."""
    bank, problems = checked_bank(PACKAGED)

    assert problems == []
    assert len([*bank_sentences(bank)]) > 50


def test_readers_of_a_class_get_sentences_of_their_own_as_well() -> None:
    """And nobody else does."""
    own = '[en.readers.senior-remote]\nclosing = ["We hope that you can work from where you like to be."]\n'
    bank, problems = checked_bank(bank_text((f"[{EDITORS}]", f"{own}\n[{EDITORS}]")))
    assert problems == []
    closings: dict[str, set[str]] = {"senior": set(), "junior": set()}
    for level, found in closings.items():
        for number in range(100):
            plan = plan_of(reader(number, experience_level=level, work_style="remote"), matches(), ENGLISH)
            found.add(texts_of_bank(plan, None, bank).personal.closing)

    assert closings["senior"] - closings["junior"] == {"We hope that you can work from where you like to be."}
    assert closings["junior"] < closings["senior"]
    assert "senior-remote" in READER_CLASSES


OTHER = (("Your recommendations team", "The people who look for you"), (HELLO, 'hello = "Good day,"'))


async def test_the_library_writes_with_the_bank_of_the_settings(tmp_path: Path) -> None:
    """Its greeting, its signature and its sentences, also when the model fails."""
    path = bank_file(tmp_path, *OTHER, (KIND, "We are glad that you are here."))
    settings = Settings(email_generation_bank=path)
    async with EmailGenerationService(mock_mode=True, settings=settings) as made:
        results = [await made.generate_email(reader(n), matches()) for n in range(30)]
        nameless = await made.generate_email(replace(reader(7), name="www.evil.example"), matches())

    mails = [each.email_content for each in results if each.email_content is not None]
    assert {mail.signature for mail in mails} == {"The people who look for you"}
    assert "We are glad that you are here." in {mail.closing for mail in mails}
    assert KIND not in {mail.closing for mail in mails}
    assert nameless.email_content is not None
    assert nameless.email_content.greeting == "Good day,"


def test_a_bank_that_is_not_good_is_refused_at_the_start(tmp_path: Path) -> None:
    """By the library and by the worker, with one line that names the setting, the file and the sentence."""
    path = bank_file(tmp_path, (SUBJECT, '"We have 12 jobs"'))
    settings = Settings(email_generation_bank=path)
    line = next(n for n, row in enumerate(path.read_text().splitlines(), 1) if "12 jobs" in row)
    place = rf"bank\.toml:{line}: en\.subject\[4\]: digits"
    expected = rf"^EMAIL_GENERATION_BANK: .*{place}: .*; kairos mail bank check \S+ says all$"
    with pytest.raises(SettingsError, match=expected):
        EmailGenerationService(mock_mode=True, settings=settings)
    with pytest.raises(SettingsError, match=expected):
        mail_writer(settings, LiveBoard(Board(TableEmbedder())), HeldEvents())
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is no text"):
        bank_of(settings)
    path.unlink()
    with pytest.raises(SettingsError, match="EMAIL_GENERATION_BANK: cannot read"):
        bank_of(settings)


async def test_the_worker_writes_with_the_bank_of_the_settings(tmp_path: Path) -> None:
    """What it fills in for a model comes from there."""
    settings = Settings(email_generation_bank=bank_file(tmp_path, *OTHER), redis_url="redis://127.0.0.1:9")
    writes = mail_writer(settings, LiveBoard(Board(TableEmbedder())), HeldEvents())
    author = writes.writer.mails.writer._author  # type: ignore[attr-defined]
    texts = await author.texts(plan_of(reader(), matches(), JAPANESE))
    nameless = replace(invite(), name=None)
    invitation = sendable_invitation(nameless, await author.invitation(nameless))

    assert texts.bank["en"]["signature"] == "The people who look for you"
    assert invitation is not None
    assert (invitation.page.greeting, invitation.texts.bank) == ("Good day,", texts.bank)
