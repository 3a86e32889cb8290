"""Which résumé of a person counts: that of the product's document, or the one they gave the job site."""

from workers.people.state import StoredPerson


def resume_text(stored: StoredPerson) -> str | None:
    """The text of the newer of both; None without any.

    One of the document of which nobody knows since when it is there is the older one.
    """
    user, own = stored.user, stored.resume
    text, since = (None, None) if user is None else (user.resume, user.resume_at)
    if own is None or (text is not None and since is not None and since > own.at):
        return text
    return own.text
