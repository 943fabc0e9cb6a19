"""Addresses on this site."""


def local(to: str) -> str:
    """An address on this site, whatever was asked for: never a way out to another."""
    plain = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if plain else "/"
