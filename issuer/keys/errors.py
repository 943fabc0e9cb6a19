"""Errors raised by issuer/keys.

* IssuerError
    - SettingsError      a key file or a setting is missing, or cannot be used as it is
    - KeyUnavailable     the key's place does not answer: a token that was pulled out, a wrong PIN
    - SealBroken         a sealed text is altered, another person's, or its key is gone
    - KeyStateError      what is asked does not fit the key's state: retired twice, no newer key
"""

from issuer.errors import IssuerError


class KeyUnavailable(IssuerError):
    """The place of a key does not answer. Nothing was signed; asking again goes on once it is back."""


class SealBroken(IssuerError):
    """A sealed text does not open: altered, moved to another person, or its key is not in use."""


class KeyStateError(IssuerError):
    """What is asked of a key does not fit its state."""
