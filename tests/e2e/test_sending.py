"""A sector's system sends a workbook of many rows to a running service, by the very lines of docs/imports.md."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import openpyxl

from issuer.instance import open_instance
from issuer.intake.receipts import TYP
from tests.intake.dirt import SECTOR, sector
from tests.intake.sending import registered_hours
from tests.issuer import town
from tests.issuer.conftest import NEW
from tests.issuer.worlds import instance_at
from verifier import jws

DOCUMENT = Path(__file__).parents[2] / "docs/imports.md"
XUESHI = (sys.executable, "-c", "from issuer.cli import main; main()")
ROWS = 1200


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The issuer's service as a process of its own; answers its host and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    words = (*XUESHI, "serve", "issuer", "--home", str(home), "--port", host.partition(":")[2])
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
        try:
            while not _ready(host):
                assert service.poll() is None, "the service ended"
                time.sleep(0.2)
            yield host
        finally:
            service.terminate()


def _ready(host: str) -> bool:
    try:
        return httpx.get(f"http://{host}/ready", trust_env=False, timeout=60).status_code == 200
    except httpx.TransportError:
        return False


def lines() -> str:
    """The block of the document that a sender runs."""
    found = re.search(r"<!-- sending: .*?-->\n```\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_lines_of_the_document(tmp_path: Path) -> None:
    home = tmp_path / "instance"
    instance_at(home, NEW)
    with open_instance(home) as instance:
        town.build(instance)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(SECTOR)
    for one in range(ROWS - 1):
        sheet.append(sector(one % 6, E=f"Z{one:05d}", D=f"示例培训{one}", I=16))
    sheet.append(sector(0, E="Z99999", I="16学分"))
    book.save(tmp_path / "hours.xlsx")
    admit = ("accounts", "add-client", "sector-one", "--profile", "sector-training", "--authority", "gs")
    told = subprocess.run([*XUESHI, *admit, "--home", str(home)], capture_output=True, text=True, check=True)
    (secret,) = re.findall(r"xueshi-secret-[\w-]+", told.stdout)

    with serving(home) as host:
        script = lines().replace("https://HOST", f"http://{host}")
        alone = {"PATH": os.environ["PATH"], "SECRET": secret}
        subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", script], cwd=tmp_path, env=alone, check=True)
    sent = json.loads((tmp_path / "sent.json").read_text())
    assert (sent["state"], sent["totals"]["rows"]) == ("done", {"registered": ROWS - 1, "refused": 1})
    (fault,) = json.loads((tmp_path / "faults.json").read_text())["items"]
    assert (fault["row"], fault["code"]) == (ROWS + 1, "credits")
    receipt = (tmp_path / "receipt.jwt").read_text()
    assert (jws.split(receipt).header["typ"], str(ROWS - 1) in receipt) == (TYP, False)
    with open_instance(home) as instance:
        assert sum(map(len, registered_hours(instance).values())) == ROWS - 1
