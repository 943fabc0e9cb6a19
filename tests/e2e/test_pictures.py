"""`./dev pictures` makes every picture that the READMEs show."""

from pathlib import Path

from PIL import Image

from tests.pictures import ROOT, main


def test_every_picture_is_made_anew(tmp_path: Path) -> None:
    main(tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {path.name for path in (ROOT / "docs/img").iterdir()}
    for name in made:
        with Image.open(tmp_path / name) as picture:
            assert len(picture.getcolors() or ()) > 50, f"{name} is empty"
