"""The pictures of the READMEs, made anew from the demonstration's people: `./dev pictures [folder]`, docs/img by default.

Clock and randomness are given, so that of two runs only what a signature and its QR look like differs: keys are drawn anew.
"""

import argparse
import io
import random
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pypdfium2
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from demo.stage import NEW, PEOPLE
from demo.town import AGAIN, COURSE, specimens
from issuer.access.accounts import actor_of
from issuer.access.sessions import begin
from issuer.access.tables import account
from issuer.app import Health
from issuer.app import create_app as portal
from issuer.certificates.service import draw_all
from issuer.creation import create
from issuer.instance import Instance, open_instance, writing
from issuer.registration.roster import read_roster
from issuer.registration.tables import declaration
from issuer.service import issue_roster
from ledger.store import reading
from tests.chromium import launched
from tests.issuer.conftest import quiet
from tests.verifier_web.serving import serving
from verifier.api import create_app as verifier
from verifier.config import read_settings

ROOT = Path(__file__).parents[1]
MOMENT = datetime(2026, 6, 1, 2, tzinfo=UTC)
PHONE, DESK = (390, 844), (1280, 1000)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        out = Path(stack.enter_context(TemporaryDirectory()))
        create(out / "instance", NEW, lambda: MOMENT)
        drawn = random.Random(2026).randbytes  # noqa: S311 nobody is to be surprised
        instance = stack.enter_context(open_instance(out / "instance", lambda: MOMENT, drawn))
        certificate = certified(instance, out)
        written(certificate.resize((621, 878), Image.Resampling.LANCZOS), folder / "certificate.png")
        draft = begun(instance)
        browser = stack.enter_context(launched(stack.enter_context(sync_playwright())))

        app = portal(instance.settings.public, lambda: Health(ready=True, says=""), instance=instance)
        site = str(stack.enter_context(serving(app)).base_url)
        own = signed_in(instance, seen(browser, site, PHONE), "demo-professional", site)
        desk = signed_in(instance, seen(browser, site, DESK), "demo-reviewer", site)
        own.goto("/year/2026")
        shot(own, folder / "portal-year.png", 1865)
        own.goto(f"/declarations/{draft}")
        shot(own, folder / "portal-declare.png")
        desk.goto("/inbox")
        desk.click(f"nav >> text={COURSE}")
        shot(desk, folder / "portal-inbox.png")

        settings = read_settings(
            trust=out / "public/trust-list.jwt",
            root=out / "public/trust-root.jwk",
            public=str(out / "public"),
            state=out / "seen",
            demo=True,
        )
        site = str(stack.enter_context(serving(verifier(settings, lambda: MOMENT))).base_url)
        page = seen(browser, site, DESK)
        page.goto("/")
        photo = {"name": "证明.png", "mimeType": "image/png", "buffer": png(certificate)}
        page.set_input_files("#file", photo)
        page.locator("#result .verdict-ok").wait_for()
        shot(page, folder / "verifier-result.png", 1620)


def certified(instance: Instance, out: Path) -> Image.Image:
    """Issue the demonstration's years, and draw the first person's."""
    results, _ = issue_roster(instance, read_roster(PEOPLE.read_bytes(), PEOPLE.name), quiet)
    (path,) = draw_all(instance, [results[0].issued], out / "certificates", lambda _done, _all: None)
    document = pypdfium2.PdfDocument(path)
    picture = document[0].render(scale=150 / 72).to_pil().convert("RGB")
    document.close()
    return picture


def begun(instance: Instance) -> UUID:
    """The town, and the professional's draft of what may be registered already."""
    specimens(instance)
    with reading(instance.engine).connect() as connection:
        return connection.execute(
            sa.select(declaration.c.id).where(declaration.c.title == AGAIN)
        ).scalar_one()


def png(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def seen(browser: Browser, site: str, size: tuple[int, int]) -> Page:
    width, height = size
    context = browser.new_context(base_url=site, viewport={"width": width, "height": height}, locale="zh-CN")
    context.clock.set_fixed_time(MOMENT)
    return context.new_page()


def signed_in(instance: Instance, page: Page, login: str, site: str) -> Page:
    with writing(instance) as work:
        its = work.connection.execute(sa.select(account.c.id).where(account.c.login == login)).scalar_one()
        session = begin(work, actor_of(work, its))
    page.context.add_cookies([{"name": "xueshi", "value": session.token or "", "url": site}])
    return page


def shot(page: Page, path: Path, height: int | None = None) -> None:
    """Keep the page down to `height`; the whole of it for None."""
    page.wait_for_function("document.fonts.ready.then(() => [...document.images].every(one => one.complete))")
    if height is not None:
        page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
    written(Image.open(io.BytesIO(page.screenshot(full_page=height is None))), path)


def written(picture: Image.Image, path: Path) -> None:
    picture.convert("RGB").quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs/img")
    main(parser.parse_args().folder)
