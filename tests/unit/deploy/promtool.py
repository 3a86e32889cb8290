"""Tests that need Prometheus' own tool."""

import shutil

import pytest

PROMTOOL = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is missing: it is in Debian's package prometheus"
)
