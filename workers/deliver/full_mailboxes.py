"""The stage `full-mailboxes`: a mailbox that is full again and again is one that nobody reads.

Its state is the mails that came back from an address, for a fortnight: once is nothing, and the third time
the address is suppressed. A mail counts once, however often it was tried or reported.
"""

from collections.abc import Sequence

import msgspec

from schemas.model import from_epoch_ms
from schemas.returns import FullMailbox
from workers.deliver.suppressing import suppression
from workers.runtime.codec import StructCodec
from workers.runtime.stage import Action, Output, Record, Stage, StepMessage

TOPIC = "full-mailboxes"
WINDOW_MS = 14 * 86_400_000
TIMES = 3


class FullMails(msgspec.Struct, array_like=True):
    """The mails that came back from an address, and when (epoch milliseconds)."""

    mails: dict[str, int]


def full_mailboxes() -> Stage[FullMails]:
    """The stage."""
    return Stage(name=TOPIC, inputs={TOPIC: FullMailbox.loads}, codec=StructCodec(FullMails), step=full_step)


def full_mailbox(mail: str, address: str, at: int) -> Output:
    """That a mail came back from a full mailbox, of the address of a hash, at a time (epoch ms)."""
    return Output(TOPIC, address, FullMailbox(mail=mail, at=from_epoch_ms(at)), id=f"{mail}/full")


def full_step(state: FullMails | None, message: StepMessage) -> tuple[FullMails | None, Sequence[Action]]:
    """Count a mail; suppress the address when there are enough, and begin anew."""
    if not isinstance(message, Record) or message.value is None:
        return state, ()
    mails = {} if state is None else state.mails
    mails.setdefault(message.value.mail, message.at)
    recent = {mail: at for mail, at in mails.items() if message.at - at <= WINDOW_MS}
    if len(recent) < TIMES:
        return FullMails(recent), ()
    note = f"the mailbox was full {TIMES} times in {WINDOW_MS // 86_400_000} days"
    return None, (suppression(message.value.mail, message.key, "bounced", message.at, note),)
