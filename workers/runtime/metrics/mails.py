"""Mails: how they are written, handed over, come back, and what people click in them."""

from prometheus_client import Counter, Histogram

from workers.runtime.metrics.buckets import SECONDS, SHARES

MAILS = Counter(
    "kairos_mails_total",
    "Decisions to write that have an outcome: written, withdrawn, expired, failed; by what writes (model,"
    " bank, template) in a language.",
    ["outcome", "language", "writer"],
)
MAIL_SECONDS = Histogram(
    "kairos_mail_latency_seconds",
    "Time from the decision to the written mail, acknowledged by Kafka.",
    buckets=(*SECONDS, 30.0, 60.0, 300.0, 3_600.0),
)
DELIVERIES = Counter(
    "kairos_deliveries_total",
    "Mails that were to be handed over: sent, failed, bounced, withdrawn, expired, parked, later.",
    ["outcome"],
)
RETURNS = Counter(
    "kairos_mail_returns_total",
    "Mails and events about mails that came back: bounced, full, suppress, complained and so on, or unread.",
    ["source", "says"],
)
MAIL_CLICKS = Counter(
    "kairos_mail_clicks_total",
    "Requests of links of mails, by kind of link: written, repeated (no record), lost (not in Kafka).",
    ["kind", "outcome"],
)
PERSONALIZED = Counter(
    "kairos_mails_personalized_total",
    "Mails as their variation was chosen (whole), in part or not at all (changed), or not chosen (none).",
    ["kind", "outcome"],
)
CONTEXT_RELEVANCE = Histogram(
    "kairos_mail_context_relevance",
    "Share of what is known of person and moment that spoke for the chosen variation.",
    ["kind"],
    buckets=SHARES,
)
FEEDBACK_IMPACT = Histogram(
    "kairos_mail_feedback_impact",
    "How far what people clicked has moved the probabilities of variations: 0 not at all, 1 altogether;"
    " looked at for one mail in fifty, by the decision's id.",
    ["kind"],
    buckets=SHARES,
)
VARIATION_OUTCOMES = Counter(
    "kairos_variation_outcomes_total",
    "How mails ended, clicked or ignored, by the arm and the group of a choice; read again, it counts again.",
    ["type", "arm", "group", "ended", "said"],
)
