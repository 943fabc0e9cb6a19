"""The outside witnesses of the issuer's log: who they are (a C2SP policy file), and asking them."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import sqlalchemy as sa

from issuer.config import FILE
from issuer.errors import SettingsError
from ledger.closed import ClosedLog
from ledger.errors import PolicyFormatError
from ledger.files import replace_file
from ledger.note import Verifier
from ledger.policy import Policy, parse_policy
from ledger.witness.asking import PATIENCE, check_witnesses, cosign_head
from ledger.witness.demonstration import two_witnesses

DEMO_POLICY = "witnesses.policy"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Witnesses:
    """The policy that says when a checkpoint counts, and the way to those it names."""

    policy: Policy
    client: httpx.Client


@contextmanager
def open_witnesses(path: Path, verifier: Verifier, closed: Sequence[ClosedLog] = ()) -> Iterator[Witnesses]:
    """Read the policy file of an instance whose log `verifier` checks, and whose logs before it are `closed`.

    Raises:
        SettingsError: it cannot be read, is no policy, or names another log.
    """
    try:
        policy = parse_policy(path.read_bytes())
    except OSError as error:
        raise SettingsError(
            f"见证策略文件读不了 cannot read the witness policy: {path}: {error.strerror}"
        ) from None
    except PolicyFormatError as error:
        raise SettingsError(f"{path}: {error}") from None
    ours = {verifier, *(log.verifier for log in closed)}
    if any(log_key not in ours for log_key in policy.logs):
        raise SettingsError(f"{path}：列有别的账本 names another log; expected only {verifier.vkey()}")
    with httpx.Client(timeout=PATIENCE) as client:
        yield Witnesses(replace(policy, logs=(verifier,)), client)


@contextmanager
def demo_witnesses(out: Path) -> Iterator[None]:
    """Run the two witnesses of the demonstration in `out` until the end of the block, and tell its instance of them."""
    home = out / "instance"
    later = sorted((out / "public").glob("log-*/ledger.vkey"), key=lambda path: int(path.parent.name[4:]))
    newest = later[-1] if later else out / "public/ledger.vkey"
    verifier = Verifier.from_vkey(newest.read_text("utf-8").strip())
    with two_witnesses(out / "witnesses", verifier, lambda: datetime.now(UTC)) as policy:
        replace_file(home / DEMO_POLICY, policy)
        settings = (home / FILE).read_text("utf-8")
        if "\nwitnesses = " not in settings:
            replace_file(home / FILE, f'{settings}witnesses = "{DEMO_POLICY}"\n'.encode())
        yield


def check_at_start(engine: sa.Engine, verifier: Verifier, witnesses: Witnesses) -> None:
    """Compare the database with the heads that the witnesses show; say which could not be asked.

    Raises:
        ledger.errors.LedgerHaltedError: one has a head of ours that the database has not.
    """
    failed = check_witnesses(engine, verifier, witnesses.policy, witnesses.client)
    for name, reason in failed.items():
        log.warning("见证方没有回答 a witness could not be asked: %s: %s", name, reason)


def cosign(engine: sa.Engine, verifier: Verifier, witnesses: Witnesses) -> dict[str, str]:
    """Send the newest head to every witness that has not signed it; returns those that did not, with the reason.

    Raises:
        ledger.errors.LedgerHaltedError: one has a head of ours that the database has not.
    """
    return cosign_head(engine, verifier, witnesses.policy, witnesses.client)
