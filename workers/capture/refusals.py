"""The line for what MongoDB, or another product that speaks its protocol, refuses, and what to do. Pure.

Capture needs two rights in the product's database, `find` and `changeStream`; the built-in role `read` has
both.
"""

from workers.product.mongo_refusals import UNAUTHORIZED, VIEW, refusal

NO_DATABASE, NO_REPLICA_SET, FATAL = 26, 40573, 280
# what servers say to a stage, an option or a command that they do not know
UNKNOWN = {
    9: "FailedToParse",
    59: "CommandNotFound",
    72: "InvalidOptions",
    115: "CommandNotSupported",
    238: "NotImplemented",
    303: "feature not supported",
    304: "stage not supported",
    40324: "unrecognized pipeline stage",
    40415: "unknown field",
}
SPLIT_STAGE, START = "$changeStreamSplitLargeEvent", "startAtOperationTime"
# after which the stream cannot go on where it was, and what has happened
HISTORY_LOST = {
    136: ("CappedPositionLost", "the oplog has overtaken the stream: it is too short for what is written"),
    260: ("InvalidResumeToken", "the position is not one of this stream, or of this server"),
    FATAL: ("ChangeStreamFatalError", "the server cannot go on with the stream"),
    286: (
        "ChangeStreamHistoryLost",
        "the oplog no longer reaches back to the position: it is shorter than the time that capture was away",
    ),
    10334: (
        "BSONObjectTooLarge",
        "a change is larger than the 16 MB of an answer, and this server cannot split it (MongoDB 6.0.9, 7.0 "
        "and later can)",
    ),
}
UNREADABLE_TOKEN = {
    9: ("FailedToParse", "the position is none that this server can read"),
    50811: ("a resume token of another kind", "the position is none that this server can read"),
}


def history_line(code: int, *, with_token: bool) -> str | None:
    """Why a stream cannot go on where it was, None for an error that says nothing of the kind."""
    known = HISTORY_LOST | (UNREADABLE_TOKEN if with_token else {})
    if code not in known:
        return None
    name, text = known[code]
    return f"{text} (error {code}, {name})"


def is_unknown_stage(code: int | None, text: str) -> bool:
    """Whether a server refuses a stream because it cannot split large changes."""
    return code in UNKNOWN and (SPLIT_STAGE in text or code in (304, 40324))


def is_final(code: int | None) -> bool:
    """Whether a stream is refused by what the server is, which no restart mends."""
    return code in UNKNOWN or code == NO_REPLICA_SET


def stream_refusal(code: int | None, text: str, database: str) -> str:
    """The line for a change stream on a database that was refused, from the error's code and text."""
    if code in UNAUTHORIZED:
        changes = f"the changes of database {database} (right changeStream)"
        return f"this user may not read {changes}: {grant(database)}"
    if code == NO_REPLICA_SET:
        return "this MongoDB is no replica set, and only those have change streams: one member is enough"
    if code == NO_DATABASE:
        return f"there is no database {database} on this server: check MONGO_URL and MONGO_DATABASE"
    if code in UNKNOWN and START in text:
        return (
            "this server cannot begin a change stream at a time (startAtOperationTime), so changes would be "
            "missed between a snapshot and the stream: capture needs MongoDB 4.2 or later, or a product that "
            "has it"
        )
    if code in UNKNOWN:
        return (
            f"this server does not know the change streams of MongoDB ({text}): it is another product, from "
            "which capture cannot read; let a change data capture of that product feed the topics (external)"
        )
    return refusal(code, text) or f"MongoDB refuses the change stream of database {database}: {text}"


def read_refusal(code: int | None, text: str, database: str, collection: str) -> str:
    """The line for a collection that may not or cannot be read, from the error's code and text."""
    place = f"{database}.{collection}"
    if code in UNAUTHORIZED:
        return f"this user may not read collection {place} (right find): {grant(database)}"
    if code == VIEW:
        return (
            f"{place} is a view, whose changes cannot be read: name the collection behind it in "
            "KAIROS_SOURCES"
        )
    return refusal(code, text) or f"MongoDB refuses to read {place}: {text}"


def grant(database: str) -> str:
    """What to grant, so that capture can read a database."""
    return (
        f"grant the role read on {database}, or a role with the actions find and changeStream on all of its "
        "collections; nothing else is needed, and nothing is ever written"
    )
