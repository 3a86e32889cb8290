"""Which errors of MongoDB pass by themselves, and an error in one line."""

from pymongo.errors import ConnectionFailure, CursorNotFound, OperationFailure, PyMongoError

# codes of a server, or of a router that does not reach one, after which the same call can succeed; the driver
# makes a ConnectionFailure of most of them, but not of those that a router passes on
TRANSIENT_CODES = {
    6: "HostUnreachable",
    7: "HostNotFound",
    43: "CursorNotFound",
    50: "MaxTimeMSExpired",
    63: "StaleShardVersion",
    89: "NetworkTimeout",
    91: "ShutdownInProgress",
    133: "FailedToSatisfyReadPreference",
    134: "ReadConcernMajorityNotAvailableYet",
    150: "StaleEpoch",
    175: "QueryPlanKilled",  # an index or the collection was changed under the scan
    189: "PrimarySteppedDown",
    202: "NetworkInterfaceExceededTimeLimit",
    234: "RetryChangeStream",
    237: "CursorKilled",
    262: "ExceededTimeLimit",
    9001: "SocketException",
    10058: "LegacyNotPrimary",
    10107: "NotWritablePrimary",
    11600: "InterruptedAtShutdown",
    11601: "Interrupted",
    11602: "InterruptedDueToReplStateChange",
    13388: "StaleConfig",
    13435: "NotPrimaryNoSecondaryOk",
    13436: "NotPrimaryOrSecondary",
}
TRANSIENT_LABELS = ("ResumableChangeStreamError", "RetryableError", "TransientTransactionError")


def is_transient(error: PyMongoError) -> bool:
    """Whether the same call can succeed later: connection, cursor or server are lost for a while."""
    if isinstance(error, ConnectionFailure | CursorNotFound):
        return True
    if not isinstance(error, OperationFailure):
        return False
    return error.code in TRANSIENT_CODES or any(error.has_error_label(label) for label in TRANSIENT_LABELS)


def error_line(error: Exception) -> str:
    """The driver's error in one line, without the state of its connection pools."""
    lines = str(error).splitlines()
    return lines[0].partition(" (configured timeouts")[0][:300] if lines else type(error).__name__
