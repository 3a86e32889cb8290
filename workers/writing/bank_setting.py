"""The bank of sentences that the settings name."""

from workers.runtime.process.settings import Settings, SettingsError
from workers.writing.bank_check import checked_bank
from workers.writing.bank_tables import BANK, Bank

SETTING = "EMAIL_GENERATION_BANK"


def bank_of(settings: Settings) -> Bank:
    """The bank of the settings, or the packaged one; SettingsError for a file that is not good as a whole."""
    path = settings.email_generation_bank
    if path is None:
        return BANK
    try:
        bank, problems = checked_bank(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{SETTING}: cannot read {path}: {error.strerror}") from None
    except ValueError:
        raise SettingsError(f"{SETTING}: {path} is no text") from None
    if problems:
        first, *others = problems
        where = f"{path}" if first.line is None else f"{path}:{first.line}"
        more = f", and {len(others)} more" if others else ""
        said = ": ".join(filter(None, (where, first.place, first.detail)))
        raise SettingsError(f"{SETTING}: {said}{more}; kairos mail bank check {path} says all")
    return bank
