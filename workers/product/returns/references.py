"""How what comes back names its mail: a signed reference, wherever a mail system repeats it. Pure.

It is made of the decision's id alone, so it is the same at a repetition (while the key is), and is short and
of lower case: a local part of an address has 64 signs at most, and some systems change their case.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest

KEY_DIGITS, PROOF_DIGITS = 32, 16
REFERENCE_DIGITS = KEY_DIGITS + PROOF_DIGITS
SALT = b"kairos-return "
SHAPE = re.compile(rf"(?<![0-9a-f])[0-9a-f]{{{REFERENCE_DIGITS}}}(?![0-9a-f])")


def mail_key(decision: str) -> str:
    """The part of a reference that names the mail of a decision: 32 hex digits of a hash."""
    return sha256(decision.encode()).hexdigest()[:KEY_DIGITS]


class MailReferences:
    """References, signed with the first of the `secrets` and read with all, as signed tokens are."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = [secret.encode() for secret in secrets.values()]

    def sign(self, decision: str) -> str:
        """The reference of the mail of a decision: 48 hex digits."""
        key = mail_key(decision)
        return key + proof(self._secrets[0], key)

    def found(self, text: str) -> set[str]:
        """The keys of all mails that a text names, forged ones left out."""
        candidates = set(SHAPE.findall(text.lower()))
        return {candidate[:KEY_DIGITS] for candidate in candidates if self._is_ours(candidate)}

    def _is_ours(self, reference: str) -> bool:
        key, given = reference[:KEY_DIGITS], reference[KEY_DIGITS:]
        return any(compare_digest(given, proof(secret, key)) for secret in self._secrets)


def proof(secret: bytes, key: str) -> str:
    """What only those who know a secret can put behind the key of a mail."""
    return hmac_digest(secret, SALT + key.encode(), "sha256").hex()[:PROOF_DIGITS]
