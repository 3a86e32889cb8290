"""What the request of a link says of who made it: headers and address, as evidence for `learn`. Pure."""

from collections.abc import Mapping

from schemas.mail import LinkKind, MailClick
from workers.serve.clicks.networks import ListedNetworks, NetworkReaders, network_of, public_address

LONGEST_AGENT = 300
PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")
UNSEEN = ("prefetch", "prerender", "preview")


class ClickEvidence:
    """Describes requests. `data_centres` None: there is no list of them, so that is not known."""

    def __init__(self, data_centres: ListedNetworks | None = None) -> None:
        self._readers = NetworkReaders()
        self._data_centres = data_centres

    def of(
        self,
        link: tuple[LinkKind, str],
        method: str,
        headers: Mapping[str, str],
        asked_by: tuple[str, str],
        now: int,
    ) -> MailClick:
        """The request of a link (its kind, its name in the mail) at a time (epoch ms).

        `headers` are found by lower case names. `asked_by` is the address and the person whose mail it was.
        """
        kind, name = link
        address, person = public_address(asked_by[0]), asked_by[1]
        network = None if address is None else network_of(address)
        is_listed = None
        if address is not None and self._data_centres is not None:
            is_listed = self._data_centres.has(address)
        return MailClick(
            link=name,
            kind=kind,
            method=method,
            prefetch=is_prefetch(headers),
            user_agent=headers.get("user-agent", "")[:LONGEST_AGENT],
            network=network,
            network_readers=None if network is None else self._readers.note(network, person, now),
            data_centre=is_listed,
        )


def is_prefetch(headers: Mapping[str, str]) -> bool:
    """Whether a request says that nobody looks at the page yet, or asks for a piece of it only."""
    purposes = " ".join(headers.get(name, "") for name in PURPOSES).lower()
    return "range" in headers or any(word in purposes for word in UNSEEN)
