"""Options of the test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--services=docker` runs the integration tests against containers instead of the embedded services."""
    parser.addoption(
        "--services",
        choices=("embedded", "docker"),
        default="embedded",
        help="where the integration tests find Kafka, MongoDB and Redis",
    )
