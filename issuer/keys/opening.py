"""From the settings to the key ring."""

from issuer.config import Settings
from issuer.errors import SettingsError
from issuer.keys.files import FilePlace
from issuer.keys.place import KeyPlace
from issuer.keys.ring import KeyRing, Naming, Use


def open_ring(settings: Settings) -> KeyRing:
    """Make the key ring of an instance; keys are opened when they are first asked for.

    Raises:
        SettingsError: no passphrase, half of the module's settings, or python-pkcs11 is not installed.
    """
    files = FilePlace(settings.keys, settings.key_passphrase())
    in_module = frozenset(map(Use, settings.keys_in_module))
    naming = Naming(settings.did, settings.log_origin, in_module)
    return KeyRing(settings.keys, naming, files, _module(settings))


def _module(settings: Settings) -> KeyPlace | None:
    if settings.pkcs11_module is None:
        return None
    try:
        from issuer.keys.module import ModuleSettings, module_place  # noqa: PLC0415 -- an extra of its own
    except ModuleNotFoundError:
        raise SettingsError("缺少 python-pkcs11。Install it: pip install 'xueshi[hsm]'") from None
    if settings.pkcs11_token is None:
        raise SettingsError("pkcs11_token: 令牌的名称 the token's label")
    return module_place(ModuleSettings(settings.pkcs11_module, settings.pkcs11_token, settings.module_pin()))
