"""The names of people: as they are given, or made from an address, or none."""

import pytest

from schemas.blanks import WORDS
from schemas.names import first_name, full_name, name_from_address, normalise


@pytest.mark.parametrize(
    ("name", "address", "full", "first"),
    [
        (None, "sarah.chen@email.com", "Sarah Chen", "Sarah"),
        (None, " MIKE_jones+list@x.jp", "Mike Jones", "Mike"),
        (None, "ann-marie99@x.jp", "Ann Marie", "Ann"),
        (None, "judith.guest@x.jp", "Judith Guest", "Judith"),
        (None, "s.chen@x.jp", "S. Chen", "S. Chen"),
        (None, "12345@x.jp", None, None),
        (None, None, None, None),
        (" Ann  Lee ", "b@x.jp", "Ann Lee", "Ann"),
        ("田中健二", None, "田中健二", "田中健二"),
        ("  ", "bob@x.jp", "Bob", "Bob"),
        ("bob.lee@x.jp", "sarah@x.jp", "Bob Lee", "Bob"),
        ("株式会社サンプル", "sarah.chen@x.jp", "Sarah Chen", "Sarah"),
    ],
)
def test_a_name_is_the_given_one_or_made_from_the_address(
    name: str | None, address: str | None, full: str | None, first: str | None
) -> None:
    """The given name comes first; else the words of the address; without letters there is no name."""
    assert (full_name(name, address), first_name(name, address)) == (full, first)


@pytest.mark.parametrize(
    ("written", "full", "first"),
    [
        # titles and degrees
        ("Dr. Angela Brown", "Angela Brown", "Angela"),
        ("Dr.Angela Brown", "Angela Brown", "Angela"),
        ("Prof. Dr. Hans Müller", "Hans Müller", "Hans"),
        ("MR JOHN BROWN", "John Brown", "John"),
        ("Angela Brown, PhD", "Angela Brown", "Angela"),
        ("Angela Brown MD", "Angela Brown", "Angela"),
        ("Chef Mario Rossi", "Mario Rossi", "Mario"),
        ("Mr. Brown", "Mr. Brown", "Mr. Brown"),
        ("Brown, Mr.", "Mr. Brown", "Mr. Brown"),
        ("Mr. and Mrs. Smith", "Mr. and Mrs. Smith", "Mr. and Mrs. Smith"),
        ("Md Abdul Rahman", "Abdul Rahman", "Abdul"),
        # family names first
        ("Chen, Sarah", "Sarah Chen", "Sarah"),
        ("CHEN, SARAH", "Sarah Chen", "Sarah"),
        ("Brown, Dr. Angela", "Angela Brown", "Angela"),
        ("Smith, John A.", "John A. Smith", "John"),
        ("van der Berg, Anna", "Anna van der Berg", "Anna"),
        ("García Márquez, Gabriel", "Gabriel García Márquez", "Gabriel"),
        ("Иванова, Анна", "Анна Иванова", "Анна"),
        ("TANAKA Kenji", "Kenji Tanaka", "Kenji"),
        ("Kenji TANAKA", "Kenji Tanaka", "Kenji"),
        ("田中、健二", "田中 健二", "田中 健二"),
        # capitals
        ("SARAH CHEN", "Sarah Chen", "Sarah"),
        ("sarah chen", "Sarah Chen", "Sarah"),
        ("JEAN-LUC O'NEIL", "Jean-Luc O'Neil", "Jean-Luc"),
        ("RONALD MCDONALD", "Ronald McDonald", "Ronald"),
        ("VINCENT VAN GOGH", "Vincent van Gogh", "Vincent"),
        ("JD Salinger", "JD Salinger", "JD"),
        ("ＳＡＲＡＨ　ＣＨＥＮ", "Sarah Chen", "Sarah"),
        # initials
        ("J. Edgar Hoover", "J. Edgar Hoover", "Edgar"),
        ("J. R. R. Tolkien", "J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("Mika K.", "Mika K.", "Mika"),
        # words that are no names alone
        ("Judith Guest", "Judith Guest", "Judith"),
        ("Last, First", None, None),
        ("sarah.chen", "Sarah Chen", "Sarah"),
        # what does not belong to a name
        ("D&#8217;Angelo", "D’Angelo", "D’Angelo"),
        ("Tony D&amp;#8217;Angelo", "Tony D’Angelo", "Tony"),
        ("Zo&euml; Kravitz", "Zoë Kravitz", "Zoë"),
        ("Sarah (she/her) Chen", "Sarah Chen", "Sarah"),
        ("Sarah Chen <sarah@x.jp>", "Sarah Chen", "Sarah"),
        ('"Sarah Chen"', "Sarah Chen", "Sarah"),
        ("Sarah\u200b 🌸", "Sarah", "Sarah"),
        ("Ann.", "Ann", "Ann"),
        ("田中 健二様", "田中 健二", "田中 健二"),
        ("佐藤さん", "佐藤", "佐藤"),
        ("服部", "服部", "服部"),
        ("田中 健二（たなか けんじ）", "田中 健二", "田中 健二"),
        ("ﾀﾅｶ ｹﾝｼﾞ", "タナカ ケンジ", "タナカ ケンジ"),
    ],
)
def test_a_name_is_written_as_people_say_it(written: str, full: str | None, first: str | None) -> None:
    """Given name first, without titles, capitals at the beginnings; in a greeting the given name."""
    assert (full_name(written, None), first_name(written, None)) == (full, first)


@pytest.mark.parametrize(
    "text",
    [
        "Acme Inc.", "Acme Co., Ltd.", "Acme GmbH", "株式会社サンプル", "サンプル(株)", "㈱サンプル",
        "鈴木商店", "ご担当者様", "総務部", "No Reply", "Info", "Sales Team", "Customer Service", "Guest",
        "Test User", "ゲスト", "12345", "user_8831", "{{first_name}}", "*|FNAME|*", "https://x.jp",
        "-", "…", "Dr.", "@sarah",
        "Sarah Chen, Software Engineer", "Ann, Bo, Cy", "I have been to your events and I liked them",
        *WORDS,
    ],
)  # fmt: skip
def test_what_is_no_person_has_no_name(text: str) -> None:
    """Companies, offices, placeholders, codes, words for nothing, and what cannot be taken apart."""
    assert (full_name(text, None), first_name(text, None)) == (None, None)


@pytest.mark.parametrize(
    "local",
    ["info", "no-reply", "noreply", "do_not_reply", "INFO", "support+jp", "sales.tokyo", "tokyo.sales",
     "hello", "mailer-daemon", "newsletter", "otoiawase", "guest", "a", "xkcd", "99"],
)  # fmt: skip
def test_the_address_of_an_office_or_a_program_gives_no_name(local: str) -> None:
    """Nor does a code."""
    assert name_from_address(f"{local}@x.jp") is None


def test_addresses_are_normalised() -> None:
    """Trimmed and in lower case; None is the empty address."""
    assert (normalise(" Ann@X.jp "), normalise(None)) == ("ann@x.jp", "")
    assert name_from_address("") is None
