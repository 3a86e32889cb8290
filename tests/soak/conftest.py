"""The services of the long runs are those of the integration tests."""

from tests.integration.conftest import services

__all__ = ["services"]
