"""Signing PDFs, as an operator sets it up and a committee then sees it."""

import json
from pathlib import Path
from typing import Any

from cryptography import x509

from tests.issuer.test_cli import write, xueshi

SIGNING = {"XUESHI_SIGN_PDFS": "true", "XUESHI_PDFS_SIGNED_FROM": "0"}
END = b"%%EOF\n"


def test_from_a_key_to_a_stripped_signature(tmp_path: Path, people: list[dict[str, Any]]) -> None:
    home, out, request = tmp_path / "instance", tmp_path / "out", tmp_path / "request.pem"
    assert xueshi("init", home, "--demo").exit_code == 0
    roster = write(tmp_path / "roster.json", people[:1])
    issue = ("issue", roster, "--home", home, "--out", out)
    refused = xueshi(*issue, XUESHI_SIGN_PDFS="true")
    assert refused.exit_code == 2
    assert "xueshi keys rotate pdf --after 0" in refused.stderr.replace("\n", " ")
    assert not out.exists() or not list(out.iterdir())
    half = xueshi(*issue, XUESHI_PDFS_SIGNED_FROM="0")
    assert half.exit_code == 2
    assert "sign_pdfs" in half.stderr

    made = xueshi("keys", "rotate", "pdf", "--home", home, "--after", "0")
    assert made.exit_code == 0, made.stderr
    index = json.loads((home / "keys/index.json").read_text())
    (kid,) = [row["kid"] for row in index if row["use"] == "pdf"]
    assert kid.split("#")[1].startswith("pdf-")
    listed = xueshi("keys", "list", "--home", home).stdout
    assert "certificate until" in listed
    asked = xueshi("keys", "certificate", kid, "--home", home, "--request", request)
    assert asked.exit_code == 0, asked.stderr
    assert x509.load_pem_x509_csr(request.read_bytes()).is_signature_valid
    wrong = xueshi("keys", "certificate", kid, "--home", home, "--chain", request)
    assert wrong.exit_code == 2
    assert "a chain in PEM" in wrong.stderr.replace("\n", " ")
    again = xueshi("keys", "certificate", kid, "--home", home, "--days", "30")
    assert again.exit_code == 0, again.stderr

    issued = xueshi(*issue, **SIGNING)
    assert issued.exit_code == 0, issued.stderr
    (pdf,) = out.iterdir()
    trust = ("--trust", home / "public/trust-list.jwt", "--root", home / "public/trust-root.jwk")
    public = ("--public", home / "public")
    (report,) = json.loads(xueshi("verify", "--json", pdf, *trust, *public).stdout)
    assert (report["verdict"], outcome(report)) == ("genuine", "passed")
    assert report["checks"][10]["against"] == kid

    signed = pdf.read_bytes()
    stripped = tmp_path / "stripped.pdf"
    stripped.write_bytes(signed[: signed.rindex(END, 0, -len(END)) + len(END)])
    (report,) = json.loads(xueshi("verify", "--json", stripped, *trust, *public).stdout)
    assert (report["verdict"], outcome(report)) == ("forged", "failed")


def outcome(report: dict[str, Any]) -> str:
    return str(report["checks"][10]["outcome"])
