"""Rules of an authority's own in a real browser: by way of our own origin, again without network, from a bundle, and not at all."""

from contextlib import AbstractContextManager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.browser.acting import open_page, outcomes, paste, put_in
from tests.browser.conftest import visited
from tests.tampered.folders import HERE, read
from tests.verifier.authority import NOW
from tests.verifier_web.serving import serving
from verifier.api import create_app
from verifier.config import read_settings
from verifier.rulings import INDEX

GIVEN = read("own-rules-as-published")


def served(folder: Path, absent: str = "") -> AbstractContextManager[httpx.Client]:
    """Serve the page of an issuer that has rules of its own, and publishes all files but one."""
    for path, data in GIVEN.public.items():
        if path != absent:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    (folder / "trust-list.jwt").write_text(GIVEN.trust)
    settings = read_settings(
        trust=folder / "trust-list.jwt", root=HERE / "scene/trust-root.jwk", public=str(folder)
    )
    return serving(create_app(settings, lambda: NOW))


def test_published_rules_are_read_and_kept_for_rooms_without_network(
    browser: Browser, tmp_path: Path
) -> None:
    with visited(browser) as context, served(tmp_path) as service:
        page = context.new_page()
        open_page(page, service)
        assert "真实，现在有效" in paste(page, GIVEN.data.decode())
        page.wait_for_selector("html[data-offline=ready]", state="attached")
        context.set_offline(offline=True)
        page.goto(f"{service.base_url}/")
        paste(page, GIVEN.data.decode())
        assert outcomes(page)[8] == "通过"


def test_without_them_nothing_is_called_genuine(page: Page, tmp_path: Path) -> None:
    with served(tmp_path, INDEX) as service:
        open_page(page, service)
        assert "现在还不能判断" in paste(page, GIVEN.data.decode())
        assert outcomes(page)[8] == "未做"
        expect(page.locator("#result .checks")).to_contain_text("sample-public-floor@1.0.0")


def test_a_bundle_brings_them(page: Page, scene: httpx.Client) -> None:
    given = read("own-rules-in-a-bundle")
    assert given.bundle is not None
    open_page(page, scene)
    put_in(page, ("room.bundle", given.bundle))
    expect(page.locator("#standing")).to_contain_text("room.bundle")
    assert "真实，现在有效" in paste(page, given.data.decode())
