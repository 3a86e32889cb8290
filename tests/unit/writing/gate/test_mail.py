"""The whole mail: no sentence twice, and a preheader that is not the subject."""

from workers.writing.gate.mail import refusal_of_mail

SUBJECT, PREHEADER = "New jobs for you", "A short list of roles that suit you."


def test_a_mail_with_different_texts_passes() -> None:
    """A section may be left out, and a short call may stand in each."""
    texts = [
        "We looked at your profile.",
        "See all roles.",
        "",
        "These roles were added recently.",
        "See all roles.",
    ]

    assert refusal_of_mail(texts, SUBJECT, PREHEADER) is None


def test_a_sentence_that_stands_twice_is_refused() -> None:
    """Also with other capitals and punctuation, and inside of longer texts."""
    texts = ["We chose these roles for you. Have a look.", "Enjoy. we chose these roles, for you!"]

    refusal = refusal_of_mail(texts, SUBJECT, PREHEADER)

    assert refusal is not None
    assert refusal.check == "mail"


def test_a_japanese_sentence_that_stands_twice_is_refused() -> None:
    """One introduction copied into each section."""
    copied = "あなたの経験に近い求人を選びました。"

    assert refusal_of_mail([copied, f"こんにちは。{copied}"], "新しい求人", "求人のご案内です。") is not None


def test_the_same_sentence_about_other_jobs_passes() -> None:
    """Its token tells them apart."""
    texts = [f"{{{{job.{number}.title}}}} suits your experience very well." for number in (1, 2)]

    assert refusal_of_mail(texts, SUBJECT, PREHEADER) is None
    assert refusal_of_mail([texts[0], texts[0]], SUBJECT, PREHEADER) is not None


def test_a_preheader_that_is_the_subject_is_refused() -> None:
    """Also with another full stop."""
    assert refusal_of_mail(["A text for you."], "New jobs for you", "New jobs for you.") is not None
    assert refusal_of_mail(["テキストです。"], "新着求人", "新着求人。") is not None


def test_the_preheader_is_not_the_introduction() -> None:
    """A reader sees both below each other."""
    assert refusal_of_mail([PREHEADER], SUBJECT, PREHEADER) is not None


def test_an_empty_mail_is_refused() -> None:
    """Nothing to say is no mail; a blank text is neither prose nor left out."""
    assert refusal_of_mail([], SUBJECT, PREHEADER) is not None
    assert refusal_of_mail(["A text."], "", PREHEADER) is not None
    assert refusal_of_mail(["A text."], SUBJECT, " ") is not None
    assert refusal_of_mail(["A text.", "  "], SUBJECT, PREHEADER) is not None
