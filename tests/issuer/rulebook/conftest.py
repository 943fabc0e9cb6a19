"""The tests of the authority's rules run in the office of registration's tests, on both databases."""

from tests.issuer.registration.conftest import home, instance, office, province

__all__ = ["home", "instance", "office", "province"]
