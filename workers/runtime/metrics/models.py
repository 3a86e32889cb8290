"""Calls of language models and embedders, their texts and their cost."""

from prometheus_client import Counter, Gauge, Histogram

from workers.runtime.metrics.buckets import SECONDS

MODEL_REQUESTS = Counter(
    "kairos_model_requests_total",
    "Requests to a language model, by outcome: answered, or why there was no text.",
    ["model", "outcome"],
)
MODEL_SECONDS = Histogram(
    "kairos_model_request_seconds",
    "Time from a request to a language model to its whole answer.",
    ["model"],
    buckets=(*SECONDS, 30.0, 60.0, 120.0),
)
MODEL_TOKENS = Counter(
    "kairos_model_tokens_total",
    "Tokens of answered requests: input, of these cached ones, and output.",
    ["model", "kind"],
)
MODEL_COST = Counter(
    "kairos_model_cost_dollars_total", "What answered requests cost, by the table of prices.", ["model"]
)
MODEL_CALLS = Counter(
    "kairos_model_calls_total",
    "Calls to a language model that were let through (shared, or local without Redis) or refused, by reason.",
    ["limiter", "outcome"],
)
MODEL_WAIT_SECONDS = Histogram(
    "kairos_model_wait_seconds",
    "Time that a call to a language model waited before it was let through.",
    ["limiter"],
    buckets=(*SECONDS, 30.0, 60.0),
)
MODEL_SPENT = Gauge(
    "kairos_model_day_micro_dollars", "Spent and reserved on this day (UTC), by all processes.", ["limiter"]
)
TEXT_CACHE = Counter(
    "kairos_text_cache_total",
    "Texts asked for: from the cache, made, failed, or given up while another one made it.",
    ["outcome"],
)
EMBEDDED = Counter(
    "kairos_embedded_total",
    "Texts made into vectors: from the cache, computed, damaged in the cache, failed (of unknown meaning).",
    ["embedder", "outcome"],
)
