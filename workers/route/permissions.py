"""Suppressions, consents and pauses, and what is told of them to those whom they concern. Pure."""

from collections.abc import Mapping, Sequence

from schemas.fact_base import check_time_of_fact
from schemas.permissions import Consent, MailPause, Suppression
from workers.route.border import check_sizes
from workers.route.difference import difference, emissions_of
from workers.route.extractors import Stamp
from workers.route.state import DocumentState
from workers.route.subjects import Permission, is_address_hash, person_of, subject_of
from workers.route.versions import OLDER, emitted_version, is_older
from workers.runtime.stage import Action, Record

PERMISSIONS: Mapping[str, type[Permission]] = {
    "suppressions": Suppression,
    "consents": Consent,
    "controls": MailPause,
}


def permissions_step(
    state: DocumentState | None, record: Record
) -> tuple[DocumentState | None, Sequence[Action]]:
    """Emit the difference between what a record says and what the last one of its key said.

    One that concerns nobody in particular has no state: the pauses of more than one person are in watermarks.
    """
    subject = subject_of(record.topic, record.key)
    if person_of(subject) is None and not is_address_hash(subject):
        return state, ()
    check_time_of_fact(record.at)
    if state is not None and is_older(state, record.version):
        return state, (OLDER,)
    version, value = emitted_version(state, record.version, record.at), record.value
    content = None if value is None else value.dumps()
    emissions = {} if value is None else emissions_of(record.topic, value)
    check_sizes(len(content or b""), emissions.values())
    outputs = difference(state.emitted if state else [], emissions, Stamp(version, record.at))
    source = None if record.version == version else record.version
    is_known = state is not None and state.content == content and state.changed_at is not None
    changed_at = state.changed_at if state is not None and is_known else record.at
    return DocumentState(version, content, sorted(emissions), source, "", changed_at), outputs
