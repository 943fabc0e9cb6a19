import pytest

from tests.verifier.authority import Authority, credential


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An issuer that has issued one certificate; tests that change it make their own."""
    made = Authority()
    made.issue(credential())
    return made
