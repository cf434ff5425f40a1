"""New UIDs for old ones: the same new one for the same old one, so that series and references hold."""

import hashlib
import hmac
import secrets
import uuid

# UIDs of the standard itself (transfer syntaxes, SOP classes, well-known frames of reference) name no patient's data
_STANDARD = "1.2.840.10008."


class NewUids:
    """The new UIDs of one run. Nobody who does not know ``secret`` can tell which old UID a new one was.

    ``secret`` is random by default, so that each run gives others. The same secret gives the same UIDs again: for
    files that are to come out the same each time, take a hash of all that goes in.
    """

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secrets.token_bytes(32) if secret is None else secret

    def of(self, old: str) -> str:
        """The new UID, of the form 2.25.UUID (PS3.5 B.2); those of the standard, and empty ones, stay."""
        if not old or old.startswith(_STANDARD):
            return old
        digest = hmac.digest(self._secret, old.encode(), hashlib.sha256)
        return f"2.25.{uuid.UUID(bytes=digest[:16], version=4).int}"
