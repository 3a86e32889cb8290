"""What the library has done: mails, texts, tokens and money, in the names of its document. Pure."""

from collections import Counter
from typing import Any

from workers.writing.models import GenerationResult, GenerationStatus
from workers.writing.texts import MailTexts


class ServiceFigures:
    """Counts results; `as_dict` is most of what `get_performance_metrics` returns."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._milliseconds = 0.0

    def note(self, result: GenerationResult, texts: MailTexts | None, language: str | None) -> None:
        """A mail was asked for."""
        is_done = result.status is GenerationStatus.COMPLETED
        self._counts.update(
            total_requests=1,
            successful_requests=is_done,
            failed_requests=not is_done,
            cache_hits=is_done and result.cached,
            fallbacks=is_done and result.fallback,
            input_tokens=result.input_tokens,
            output_tokens=result.output_tokens,
            cached_input_tokens=result.cached_input_tokens,
            cost_micro_dollars=result.cost_micro_dollars,
        )
        self._milliseconds += result.duration_ms
        if texts is not None:
            self._counts.update(
                section_requests=1,
                section_hits=texts.sections_made.origin == "cache",
            )
        if language is not None and is_done:
            self._languages[language] += 1
        if result.reason is not None:
            self._reasons[result.reason.partition(":")[0]] += 1

    def as_dict(self) -> dict[str, Any]:
        """The figures so far; shares and means are 0.0 before the first mail. Times are in milliseconds."""
        count = self._counts
        total = count["total_requests"]
        names = (
            "total_requests", "successful_requests", "failed_requests", "cache_hits", "fallbacks",
            "section_requests", "section_hits", "input_tokens", "cached_input_tokens", "output_tokens",
            "cost_micro_dollars",
        )  # fmt: skip
        return {
            **{name: count[name] for name in names},
            "total_tokens_used": count["input_tokens"] + count["output_tokens"],
            "avg_response_time": self._milliseconds / total if total else 0.0,
            "success_rate": count["successful_requests"] / total if total else 0.0,
            "cache_hit_rate": count["cache_hits"] / total if total else 0.0,
            "fallback_rate": count["fallbacks"] / total if total else 0.0,
            "by_language": dict(self._languages),
            "fallback_reasons": dict(self._reasons),
        }
