"""Makes the folders of tests/tampered that are new: `python -m tests.tampered.make_vectors`."""

from tests.freezing import put
from tests.tampered.folders import HERE, made

if __name__ == "__main__":
    for path, data in made().items():
        put(HERE / path, data)
