"""The test that the document of the library names: class and function are called as it calls them."""

from tests.unit.writing.readers import matches, reader
from workers.mail import EmailGenerationService


class TestEmailGenerationService:
    """The service as the document tests it."""

    async def test_mock_email_generation(self) -> None:
        """Mock mode needs neither a model nor Redis, and says so in the subject."""
        service = EmailGenerationService(openai_api_key="test-key", mock_mode=True)
        result = await service.generate_email(reader(), matches())

        assert result.email_content is not None
        assert "[MOCK]" in result.email_content.subject
