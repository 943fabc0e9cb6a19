"""Two witnesses beside a log on this computer: real servers with real stores, for demonstrations only.

They keep what they have signed and their keys in a folder, so that a second start goes on where the first stopped. Witnesses
worth anything are run by others, with keys that the log's operator never sees (`xueshi ledger witness serve`).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.cosignature import Cosigner
from ledger.files import replace_file
from ledger.note import Verifier
from ledger.store import open_engine
from ledger.witness.answering import Witness
from ledger.witness.server import make_server

NAMES = ("archive.example.org", "university.example.org")


@contextmanager
def two_witnesses(folder: Path, log: Verifier, clock: Callable[[], datetime]) -> Iterator[bytes]:
    """Run both until the end of the block, on free ports of the loopback address; gives the policy that needs both."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"log {log.vkey()}"]
    with ExitStack() as stack:
        for name in NAMES:
            cosigner = Cosigner(name, _key(folder / f"{name}.demo-key"))
            engine = open_engine(f"sqlite:///{folder}/{name}.db")
            stack.callback(engine.dispose)
            server = make_server(Witness(engine, cosigner, [log], clock), "127.0.0.1", 0)
            stack.callback(server.server_close)
            thread = threading.Thread(target=server.serve_forever, name=name)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            lines.append(f"witness {name} {cosigner.verifier().vkey()} http://127.0.0.1:{server.server_port}")
        names = " ".join(NAMES)
        yield "\n".join([*lines, f"group both all {names}", "quorum both", ""]).encode()


def _key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        replace_file(path, Ed25519PrivateKey.generate().private_bytes_raw())
        path.chmod(0o600)
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
