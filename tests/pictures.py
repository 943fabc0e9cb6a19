"""The pictures of the READMEs, made anew from the demonstration's people: `./dev pictures [folder]`, docs/img by default.

Clock and randomness are given, so that of two runs only what a signature and its QR look like differs: keys are drawn anew.
"""

import argparse
import io
import random
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pypdfium2
import sqlalchemy as sa
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, sync_playwright

from demo.stage import NEW, PEOPLE
from issuer.access.accounts import actor_of
from issuer.access.sessions import begin
from issuer.access.tables import account
from issuer.app import Health
from issuer.app import create_app as portal
from issuer.certificates.service import draw_all
from issuer.creation import create
from issuer.evidence.proof import Proof
from issuer.evidence.service import Upload, keep
from issuer.instance import Instance, open_instance, writing
from issuer.people.affiliation import AffiliationKind
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional, find
from issuer.people.service import Person
from issuer.people.tables import unit
from issuer.portal.specimens import NUMBER, specimens
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.procedure import Step
from issuer.registration.roster import read_roster
from issuer.service import issue_roster
from tests.chromium import launched
from tests.issuer.conftest import quiet
from tests.issuer.town import declarant, number
from tests.verifier_web.serving import serving
from verifier.api import create_app as verifier
from verifier.config import read_settings

ROOT = Path(__file__).parents[1]
MOMENT = datetime(2026, 6, 1, 2, tzinfo=UTC)
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
PHONE, DESK = (390, 844), (1280, 1000)
COLLEAGUES = ("林知远", "何以宁", "许念安", "沈秋白", "顾长宁", "周予安")
COURSE = "急救技能培训班"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        out = Path(stack.enter_context(TemporaryDirectory()))
        create(out / "instance", NEW, lambda: MOMENT)
        drawn = random.Random(2026).randbytes  # noqa: S311 nobody is to be surprised
        instance = stack.enter_context(open_instance(out / "instance", lambda: MOMENT, drawn))
        certificate = certified(instance, out)
        written(certificate.resize((621, 878), Image.Resampling.LANCZOS), folder / "certificate.png")
        draft = declared(instance)
        browser = stack.enter_context(launched(stack.enter_context(sync_playwright())))

        app = portal(instance.settings.public, lambda: Health(ready=True, says=""), instance=instance)
        site = str(stack.enter_context(serving(app)).base_url)
        own = signed_in(instance, seen(browser, site, PHONE), "demo-professional", site)
        desk = signed_in(instance, seen(browser, site, DESK), "demo-reviewer", site)
        own.goto("/year/2025")
        shot(own, folder / "portal-year.png")
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


def declared(instance: Instance) -> UUID:
    """One event of seven people, another of one, and the professional's draft of what may be registered already."""
    specimens(instance)
    proof = keep(instance, Upload("证书.png", png(printed())))
    own, *others = entered(instance)
    submit(instance, own, COURSE, days(11, 15), [proof])
    for other in others:
        submit(instance, other, COURSE, days(11, 13), [proof])
    submit(instance, others[0], "高压电工培训", days(18, 20), [])
    again = Draft("基层急救技能培训", training(days(13, 14)))
    return conduct.draft(instance, own, again, [proof])


def entered(instance: Instance) -> list[Person]:
    """The demonstration's first person, and colleagues at the same hospital."""
    key = read_identifier(IdType.RESIDENT_ID, NUMBER).person_key(instance.person_secret)
    with writing(instance) as work:
        own = find(work.connection, key)
        assert own is not None
        at = work.connection.execute(sa.select(unit.c.id)).scalar_one()
        belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2025, 1, 1), at)
        numbers = [read_identifier(IdType.RESIDENT_ID, number(at)) for at in range(len(COLLEAGUES))]
        return [
            own,
            *(
                enter_professional(work, its, name, belonging)
                for its, name in zip(numbers, COLLEAGUES, strict=True)
            ),
        ]


def days(first: int, last: int) -> dict[str, str]:
    return {"from": f"2026-05-{first}", "to": f"2026-05-{last}", "unit": "full_day"}


def training(when: dict[str, str]) -> dict[str, Any]:
    return {"category": "training", "mode": "offline", "schedule": [when]}


def submit(
    instance: Instance, person: Person, title: str, when: dict[str, str], proofs: Sequence[Proof]
) -> None:
    one = conduct.draft(instance, person, Draft(title, training(when)), proofs)
    with writing(instance) as work:
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0))


def printed() -> Image.Image:
    """A certificate of attendance, as its organiser prints it."""
    sheet = Image.new("RGB", (900, 630), "#fffef8")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 899, 629), outline="#8a6d3b", width=2)
    draw.rectangle((24, 24, 875, 605), outline="#b08d57", width=5)
    draw.text((450, 115), "结业证书（示例）", fill="#8f1b1e", anchor="mm", font=ImageFont.truetype(SERIF, 58))
    for at, line in (
        (240, f"参加{COURSE}，学习期满，"),
        (312, "2026 年 5 月 11 日至 13 日，共 24 学时。"),
        (456, "主办：示例医学会"),
    ):
        draw.text((100, at), line, fill="#23201c", anchor="lm", font=ImageFont.truetype(SERIF, 34))
    return sheet


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
