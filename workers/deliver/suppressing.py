"""That nobody writes to an address any more, as a record. Pure."""

from schemas.model import from_epoch_ms
from schemas.permissions import ADDRESS, Suppression, SuppressionReason
from workers.runtime.stage import Output

BY = "deliver"


def suppression(mail: str, address: str, reason: SuppressionReason, at: int, note: str | None) -> Output:
    """The suppression of the address of a hash, because of a mail, at a time (epoch ms)."""
    subject = f"{ADDRESS}{address}"
    value = Suppression(subject=subject, reason=reason, at=from_epoch_ms(at), by=BY, note=note)
    return Output("suppressions", subject, value, id=f"{mail}/suppressed")
