"""Private keys in a PKCS#11 module: made there, never leaving it. Hardware by its maker's module, or SoftHSM2.

A session that breaks (a token pulled out, a server restarted) is opened anew at the next signature; until the token is
back each attempt says so, and nothing is signed.
"""

import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, Session, SignMixin
from pkcs11.exceptions import PKCS11Error

from issuer.keys.errors import KeyUnavailable
from issuer.keys.place import Opened
from issuer.keys.suites import SUITES, SigningSuite
from verifier.jws import PublicKey


@dataclass(frozen=True)
class ModuleSettings:
    """Which module, which token in it, and the PIN that opens it."""

    library: Path
    token: str
    pin: str = field(repr=False)


class ModulePlace:
    """The keys of one token. Safe to use from several threads; the module does one thing at a time."""

    def __init__(self, settings: ModuleSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._broken = False
        self._keys: dict[str, SignMixin] = {}

    def generate(self, name: str, alg: str) -> PublicKey:
        """Make a key pair under the label `name`, the private half neither readable nor extractable.

        Raises:
            KeyUnavailable: the token does not answer, has such a label, or does not know the algorithm.
        """
        suite, words = SUITES[alg], SUITES[alg].in_module
        try:
            with self._lock:
                session = self._opened()
                if list(session.get_objects({Attribute.LABEL: name})):
                    raise KeyUnavailable(f"{self._where()}: 已有同名密钥 there is a key {name} already")
                wanted = {Attribute.EC_PARAMS: words.parameters}
                parameters = session.create_domain_parameters(KeyType[words.key_type], wanted, local=True)
                hidden = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
                made, _ = parameters.generate_keypair(
                    mechanism=Mechanism[words.generation], store=True, label=name, private_template=hidden
                )
                return PublicKey(alg, words.public(_unwrapped(made[Attribute.EC_POINT])))
        except PKCS11Error as error:
            raise self._lost(error) from None
        except KeyError as error:
            raise KeyUnavailable(f"{self._where()}: {suite.alg}: {error}") from None

    def open(self, name: str, alg: str) -> Opened:
        """Find a key by its label.

        Raises:
            KeyUnavailable: the token does not answer, or has no such key.
        """
        suite = SUITES[alg]
        try:
            with self._lock:
                session = self._opened()
                public = session.get_key(label=name, object_class=ObjectClass.PUBLIC_KEY)
                found = PublicKey(alg, suite.in_module.public(_unwrapped(public[Attribute.EC_POINT])))
                self._private(name)
        except PKCS11Error as error:
            raise self._lost(error) from None
        return Opened(found, lambda message: self._sign(name, suite, message))

    def _sign(self, name: str, suite: SigningSuite, message: bytes) -> bytes:
        words = suite.in_module
        with self._lock:
            try:
                key = self._private(name)
                return bytes(key.sign(words.prepare(message), mechanism=Mechanism[words.mechanism]))
            except PKCS11Error as error:
                raise self._lost(error) from None

    def _private(self, name: str) -> SignMixin:
        if name not in self._keys:
            found = self._opened().get_key(label=name, object_class=ObjectClass.PRIVATE_KEY)
            if not isinstance(found, SignMixin):
                raise KeyUnavailable(f"{self._where()}: {name} 不能签名 cannot sign")
            self._keys[name] = found
        return self._keys[name]

    def _opened(self) -> Session:
        if self._session is None:
            library = pkcs11.lib(str(self._settings.library))
            if self._broken or not list(library.get_tokens(token_label=self._settings.token)):
                # The module lists its tokens when it starts; one that came since is seen only after this.
                library.reinitialize()
            token = library.get_token(token_label=self._settings.token)
            self._session = token.open(rw=True, user_pin=self._settings.pin)
        return self._session

    def _lost(self, error: PKCS11Error) -> KeyUnavailable:
        """Forget the session, so that the next attempt opens another; say what is wrong without the PIN."""
        self._session, self._keys, self._broken = None, {}, True
        said = f"{type(error).__name__} {error}".strip()
        return KeyUnavailable(
            f"{self._where()} 没有应答（{said}），什么也没有签；接好后再运行一次即可继续。"
            f"The token does not answer; nothing was signed. Run again once it is back."
        )

    def _where(self) -> str:
        return f"PKCS#11 {self._settings.library.name} / {self._settings.token}"


@cache
def module_place(settings: ModuleSettings) -> ModulePlace:
    """The one place of a token in this process: PKCS#11 logs a whole process in, once (v2.40 section 5.6)."""
    return ModulePlace(settings)


def _unwrapped(point: bytes) -> bytes:
    """Take the point out of its DER OCTET STRING; points of both curves are shorter than 128 bytes."""
    return point[2:] if point[:1] == b"\x04" and len(point) == point[1] + 2 else point
