"""Makes the folders of tests/tampered again: `python -m tests.tampered.make_vectors [--print]`.

With --print the three certificates are drawn anew, too; another system's fonts give other bytes, and so other PDFs.
"""

import shutil
import sys

from tests.tampered.folders import HERE, made
from tests.tampered.scene import PAPERS, Scene


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
