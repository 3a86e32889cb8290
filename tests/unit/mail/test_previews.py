"""What `mail` does with decisions that were only observed."""

from schemas.decision import LATE_MS
from schemas.mail import Email
from tests.unit.mail.mails import AT, TEXT, CountingWriter, decision
from tests.unit.mail.test_stage import record
from workers.mail.stage import WriteResult, read_decision, step
from workers.mail.writer import PreviewingWriter
from workers.runtime.stage import Effect, EffectResult, Output


def test_an_older_decision_that_was_only_observed_is_ignored() -> None:
    """It has no slot, and says nothing from which a preview could be written."""
    observed = decision(slot=None, brief=None, valid_until=None, observed=True)

    assert step(None, record(observed)) == (None, ())
    assert read_decision(observed.dumps()) == observed


def test_of_a_decision_that_was_only_observed_a_preview_is_written_and_nothing_else() -> None:
    """Each time anew, late or not; nothing is stored of it, and there is no outcome."""
    observed = decision(slot=None, observed=True, id="user_001:observed")

    lease, asked = step(None, record(observed), AT + 2 * LATE_MS)
    assert asked == (Effect(observed),)
    done = EffectResult("user_001:observed", observed, WriteResult("written", TEXT), AT + 1000)
    state, (preview,) = step(lease, done)
    assert state is None
    assert isinstance(preview, Output)
    assert (preview.topic, preview.key) == ("email-previews", "user_001")
    assert isinstance(preview.value, Email)
    assert (preview.value.id, preview.value.subject) == ("user_001:observed", "Hello again")
    failed = EffectResult("user_001:observed", observed, WriteResult("withdrawn"), AT + 1000)
    assert step(lease, failed) == (None, ())


async def test_previews_have_a_writer_of_their_own() -> None:
    """One that asks no model."""
    mails, previews = CountingWriter(), CountingWriter()
    writer = PreviewingWriter(mails, previews)
    await writer.write(decision())
    await writer.write(decision(slot=None, observed=True))
    await writer.write(decision(slot=None, observed=True))
    assert (mails.count, previews.count) == (1, 2)
