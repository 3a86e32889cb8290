"""How a service is made: what is given, what comes from the environment, and what is the default."""

import logging
from pathlib import Path

import pytest

from tests.unit.writing.readers import matches, reader
from workers.mail import EmailGenerationService, create_email_generation_service
from workers.runtime.process.settings import Settings, SettingsError, load

NOWHERE = "redis://127.0.0.1:9/0"


def calls_a_minute(service: EmailGenerationService) -> int:
    """The limit of a service's calls."""
    assert service._call is not None
    assert service._call.limiter is not None
    return service._call.limiter.limits.requests


def redis_port(service: EmailGenerationService) -> int:
    """The port of a service's Redis."""
    assert service._redis is not None
    return int(service._redis.connection_pool.connection_kwargs["port"])


def test_e5_all_six_may_be_given_by_position_and_by_name() -> None:
    """E5: in the order of the document."""
    by_position = EmailGenerationService("key", NOWHERE, 200, 60, False, "WARNING")
    by_name = EmailGenerationService(
        openai_api_key="key",
        redis_url=NOWHERE,
        rate_limit_per_minute=200,
        cache_ttl=60,
        mock_mode=False,
        log_level="WARNING",
    )
    for service in (by_position, by_name):
        assert (calls_a_minute(service), service._cache._ttl_seconds) == (200, 60)
        assert redis_port(service) == 9


def test_e5_e30_what_is_given_beats_the_environment_and_that_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E5, E30: for each of them; 100 calls a minute, texts for an hour, ten mails at once by default."""
    default = EmailGenerationService("key")
    monkeypatch.setenv("EMAIL_GENERATION_RATE_LIMIT", "7")
    monkeypatch.setenv("EMAIL_GENERATION_CACHE_TTL", "8")
    monkeypatch.setenv("EMAIL_GENERATION_BATCH_SIZE", "9")
    told = EmailGenerationService("key")
    given = EmailGenerationService("key", None, 17, 18, batch_size=19)

    assert [calls_a_minute(each) for each in (default, told, given)] == [100, 7, 17]
    assert [each._cache._ttl_seconds for each in (default, told, given)] == [3600, 8, 18]
    assert [each._batch_size for each in (default, told, given)] == [10, 9, 19]


def test_e30_each_variable_of_the_document_may_be_given_by_a_file(tmp_path: Path) -> None:
    """E30: NAME_FILE; the mock mode is off by default."""
    for name, text in (("OPENAI_API_KEY", "secret\n"), ("EMAIL_GENERATION_MOCK_MODE", "true\n")):
        (tmp_path / name).write_text(text)
    settings = load({f"{path.name}_FILE": str(path) for path in tmp_path.iterdir()})

    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "secret"
    assert (settings.email_generation_mock_mode, Settings().email_generation_mock_mode) == (True, False)


def test_e6_redis_is_that_of_the_environment_or_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """E6: 6379 where nothing is said."""
    assert redis_port(EmailGenerationService("key")) == 6379
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6400/1")
    assert redis_port(EmailGenerationService("key")) == 6400
    assert redis_port(EmailGenerationService("key", NOWHERE)) == 9


@pytest.mark.parametrize("key", [None, ""])
async def test_e7_without_a_key_the_name_of_its_variable_is_said(key: str | None) -> None:
    """E7: unless in mock mode; the key of the environment counts."""
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        await create_email_generation_service(key, settings=Settings())
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        await create_email_generation_service(openai_api_key=key, redis_url=NOWHERE, settings=Settings())
    async with await create_email_generation_service(key, mock_mode=True, settings=Settings()):
        pass


async def test_e15_closing_twice_is_closing_once() -> None:
    """E15: also behind `async with`, and for one that never connected."""
    async with EmailGenerationService("key", NOWHERE) as service:
        await service.generate_email(reader(), {})
    await service.close()
    await service.close()
    assert service._redis is None


def test_e41_the_level_is_that_of_the_library_only() -> None:
    """E41: neither the root's nor anybody else's."""
    root, other = logging.getLogger(), logging.getLogger("kairos")
    before = (root.level, other.level)
    for level in ("DEBUG", "ERROR", "INFO"):
        EmailGenerationService(mock_mode=True, log_level=level)
        assert logging.getLevelName(logging.getLogger("gpt5_integration").level) == level
    assert (root.level, other.level) == before


async def test_e8_a_service_without_redis_writes_all_the_same() -> None:
    """E8: and says so once, when it is made."""
    service = await create_email_generation_service("key", NOWHERE, mock_mode=True)
    result = await service.generate_email(reader(), matches())
    assert result.email_content is not None
    await service.close()
