"""Processes: what runs in them, whether they do their work, and how they ended."""

from prometheus_client import Counter, Gauge

BUILD = Gauge(
    "kairos_build_info",
    "Always 1: which version runs as this worker, on which Python, under which policy and sources (hashes).",
    ["worker", "version", "python", "policy", "sources"],
)
READY = Gauge(
    "kairos_ready", "Whether the worker does its work: 1, or 0 while it starts or recovers.", ["worker"]
)
EXITS = Counter("kairos_worker_exits_total", "Ends of supervised workers, by exit code.", ["worker", "code"])
