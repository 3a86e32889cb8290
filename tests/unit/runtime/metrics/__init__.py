"""Tests of the metrics and of the endpoints beside a worker."""
