"""Pictures of certificates: pages at scanner resolution, and one page of thumbnails."""

import html
from pathlib import Path

import pypdfium2
from PIL import Image

from demo.stage import Stage

SCAN_DPI = 150
THUMBNAIL = 360
"""Width in pixels."""
PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>演示证明一览（样张）</title>
<style>
body {{ margin: 2rem auto; max-width: 70rem; padding: 0 1rem; background: #faf5ea; color: #23201c;
  font: 17px/1.7 "PingFang SC", "Noto Sans CJK SC", sans-serif; }}
h1 {{ font: 700 30px/1.35 "Songti SC", "Noto Serif CJK SC", serif; color: #8f1b1e; margin: 0; }}
ul {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1.5rem; padding: 0; list-style: none; }}
img {{ width: 100%; height: auto; border: 1px solid #dfd1b3; background: #fff; display: block; }}
a {{ color: #1d4a5e; text-decoration: none; }}
a:hover, a:focus-visible {{ text-decoration: underline; }}
small {{ color: #5a5045; }}
</style>
<h1>演示证明一览</h1>
<p>示例：人员、单位、编号均为虚构；印章是样章。<br><span lang="en">Specimens: people, units and numbers are invented; the seal is a specimen.</span></p>
<ul>
{items}
</ul>
</html>
"""


def scan(pdf: Path, picture: Path) -> None:
    """Draw a certificate's first page as a scanner would see it."""
    document = pypdfium2.PdfDocument(pdf)
    document[0].render(scale=SCAN_DPI / 72).to_pil().save(picture)
    document.close()


def write_thumbnails(stage: Stage) -> Path:
    """Write index.html with a thumbnail of every certificate; answers its path."""
    folder = stage.out / "thumbnails"
    folder.mkdir(exist_ok=True)
    items = []
    for result in stage.results:
        serial, entry = result.issued.serial, result.entry
        with Image.open(stage.out / "pictures" / f"{serial}.png") as page:
            size = (THUMBNAIL, round(page.height * THUMBNAIL / page.width))
            page.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(
                folder / f"{serial}.png", optimize=True
            )
        kind = "完成证明" if result.decision.complete else "学时登记明细"
        items.append(
            f'<li><a href="certificates/{serial}.pdf"><img src="thumbnails/{serial}.png" width="{size[0]}" height="{size[1]}"'
            f' alt="{kind} {serial}"><br>{html.escape(entry.name)}</a> {entry.facts.year} 年度 {kind}<br><small>{serial}</small></li>'
        )
    page_file = stage.out / "index.html"
    page_file.write_text(PAGE.format(items="\n".join(items)), "utf-8")
    return page_file
