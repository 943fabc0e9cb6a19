"""Makes the folders of tests/tampered again: `python tests/tampered/make_vectors.py [--print]`.

With --print the three certificates are drawn anew, too; another system's fonts give other bytes, and so other PDFs.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.tampered.folders import HERE, made  # noqa: E402 - the checkout comes first
from tests.tampered.scene import PAPERS, Scene  # noqa: E402


def main() -> None:
    if "--print" in sys.argv[1:]:
        for name, data in Scene().printed().items():
            (PAPERS / name).write_bytes(data)
    files = made()
    for folder in (HERE / "cases", HERE / "scene/public"):
        shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        target = HERE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


if __name__ == "__main__":
    main()
