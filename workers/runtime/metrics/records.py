"""Records that are read and written, and those that could not be used."""

from prometheus_client import Counter, Gauge

RECORDS_IN = Counter(
    "kairos_records_in_total", "Records read, by topic; without those of control.", ["worker", "topic"]
)
RECORDS_OUT = Counter(
    "kairos_records_out_total",
    "Records written and acknowledged, by topic; without those of control.",
    ["worker", "topic"],
)
CONTROL = Counter(
    "kairos_control_records_total",
    "Watermarks and reports of how far is read, by topic, `read` or `written`.",
    ["worker", "topic", "said"],
)
LAG = Gauge(
    "kairos_lag_records",
    "Records of a partition that are not processed yet, of those whose offsets the broker has told.",
    ["worker", "topic", "partition"],
)
LAG_SECONDS = Gauge(
    "kairos_lag_seconds",
    "Age of the first record of a partition that was fetched and is not processed yet; 0: there is none.",
    ["worker", "topic", "partition"],
)
DEAD_LETTERS = Counter("kairos_dead_letters_total", "Records that could not be used.", ["worker", "reason"])
IRREGULAR = Counter(
    "kairos_irregular_total",
    "Records that were used in part or not at all without being dead letters, by topic and kind.",
    ["worker", "topic", "kind"],
)
SKIPPED = Counter("kairos_skipped_total", "Records at or below a high-water mark, read again.", ["worker"])
DELETED_UNREAD = Counter(
    "kairos_deleted_unread_total",
    "Offsets that the broker deleted before they were read.",
    ["worker", "topic"],
)
PASSED_OVER = Counter(
    "kairos_passed_over_total", "Records of our own topics that cannot be read and were left out.", ["topic"]
)
NOTES = Counter(
    "kairos_notes_total",
    "Fields of documents that could not be read (malformed) or contradict another one (contradictory), by the"
    " kind of document; read again, it counts again.",
    ["kind", "field", "problem"],
)
