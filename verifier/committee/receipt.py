"""The receipt for the minutes: what was verified when, with which trust data, signed by the committee's own key.

The verifier has no issuer's key. A committee's key is made on first use and stays on its computer; who keeps the key's
thumbprint in the minutes can tell later that receipt and table are the ones of that day.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verifier import jws, strict_json
from verifier.committee.answers import Answer
from verifier.committee.export import done, noted, word
from verifier.committee.rows import Table
from verifier.credential import encode_header
from verifier.errors import TokenError, TrustError
from verifier.fields import FIRST
from verifier.opening import Opened
from verifier.zone import SHANGHAI, day_of

TYP = "xueshi-receipt+jwt"


@dataclass(frozen=True)
class Receipt:
    """A signed receipt, and the public key that it names."""

    token: str
    key: jws.PublicKey
    content: dict[str, object]


def committee_key(path: Path) -> Ed25519PrivateKey:
    """Read the committee's key; make it when there is none, readable by its owner alone.

    Raises:
        TrustError: the file is there and is not such a key.
        OSError: it can be neither read nor made.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        return _make_key(path)
    except (ValueError, TypeError):
        raise TrustError(f"{path}: 不是评委会密钥 / not a committee's key (PEM, Ed25519)") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise TrustError(f"{path}: 不是评委会密钥 / not a committee's key (PEM, Ed25519)")
    return key


def _make_key(path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    part.rename(path)
    return key


def make_receipt(
    answers: Sequence[Answer], table: Table, opened: Opened, key: Ed25519PrivateKey, files: dict[str, bytes]
) -> Receipt:
    """Sign what was verified: every document by its SHA-256 with its verdict, totals, trust data, and the table's own hash."""
    ground = opened.ground
    trust, source = ground.trust, ground.source
    public = jws.PublicKey("EdDSA", key.public_key())
    content: dict[str, object] = {
        "version": FIRST,
        "verifiedAt": _moment(ground.now),
        "key": public.to_jwk(),
        "trust": {
            "root": opened.pinned.thumbprint,
            "sha256": hashlib.sha256(opened.signed.token.strip().encode("ascii")).hexdigest(),
            "number": trust.number,
            "issued": _moment(trust.issued),
            "expires": _moment(trust.expires),
            "situation": source.situation.value if source else "offline",
            "source": source.label if source else "",
            "asOf": _moment(source.as_of) if source and source.as_of else None,
        },
        "total": table.total,
        "documents": [
            {
                "file": each.file,
                "sha256": each.sha256,
                "verdict": each.verdict,
                "serial": each.serial,
                "version": each.version,
                "years": [hours.year for hours in each.years],
            }
            for each in answers
        ],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    header = encode_header(public.thumbprint, "EdDSA", typ=TYP, cty=None)
    return Receipt(jws.assemble(header, strict_json.dump(content), key.sign), public, content)


def read_receipt(data: bytes) -> str:
    """Return the token of a receipt's file: the .jwt itself, or the PDF that has it attached.

    Raises:
        TrustError: neither.
    """
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415 - a native library that only PDFs need

    try:
        if not data.startswith(b"%PDF-"):
            return data.decode("ascii")
        with PdfDocument(data) as document:
            for number in range(document.count_attachments()):
                attached = document.get_attachment(number)
                if attached.get_name().endswith(".jwt"):
                    return bytes(attached.get_data()).decode("ascii")
    except (UnicodeDecodeError, PdfiumError):
        pass  # as if there were none
    raise TrustError(
        "receipt: 不是回执，也不是附有回执的 PDF / neither a receipt nor a PDF with one attached"
    )


def open_receipt(token: str, thumbprint: str | None = None) -> Receipt:
    """Read a receipt signed by the key that it names; with a thumbprint, by that very key.

    Raises:
        TrustError: it was altered, or another key signed it.
    """
    try:
        value = strict_json.load(jws.split(token.strip()).payload)
        if not isinstance(value, dict) or not isinstance(value.get("key"), dict):
            raise TrustError("receipt: 格式不对 / not a receipt")
        if value.get("version") != FIRST:
            raise TrustError(
                f"receipt: 不是第 {FIRST} 版（0 是草案） / not of version {FIRST}, which alone is read here (0 was the draft)"
            )
        key = jws.PublicKey.from_jwk(value["key"])
        jws.verify(token.strip(), key, TYP)
    except (TokenError, ValueError) as error:
        raise TrustError(f"receipt: 回执被改动，或不是回执 / altered, or no receipt: {error}") from None
    if thumbprint is not None and key.thumbprint != thumbprint:
        raise TrustError(f"receipt: 另一把密钥签的 / signed by another key, {key.thumbprint}")
    return Receipt(token.strip(), key, value)


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def about(opened: Opened, thumbprint: str = "") -> list[tuple[str, str]]:
    """Return what a table rests on, as pairs for people."""
    ground = opened.ground
    trust, source = ground.trust, ground.source
    pairs = [
        ("核验时间 verified at", f"{ground.now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（北京时间 UTC+8）"),
        (
            "信任名单 trust list",
            f"第 {trust.number} 号，{day_of(trust.issued)} 发布，{day_of(trust.expires)} 到期",
        ),
        ("资料来源 source", f"{source.situation.zh}：{source.label}" if source else "离线 offline"),
    ]
    if source and source.as_of:
        pairs.append(("资料截至 data as of", f"{source.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"))
    pairs.append(("根公钥指纹 pinned root", opened.pinned.thumbprint))
    return [*pairs, ("评委会密钥指纹 key", thumbprint)] if thumbprint else pairs


def to_html(receipt: Receipt, table: Table, answers: Sequence[Answer], opened: Opened) -> str:
    """Draw the receipt for printing: one page that needs nothing else."""
    pairs = [
        *about(opened, receipt.key.thumbprint),
        ("合计 total", "，".join(f"{name} {count}" for name, count in table.total.items())),
    ]
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in pairs)
    rows = "".join(
        f"<tr><td class=n>{number}</td><td>{escape(row.name)}</td><td class=n>{escape(row.identifier)}</td><td class=n>{row.year}</td>"
        f"<td class=n>{row.hours.total if row.hours else ''}</td><td class=n>{done(row)}</td><td class=v>{escape(word(row.answer)) if row.answer else ''}</td>"
        f"<td>{escape(noted(row))}</td>"
        f"<td class=n>{escape(row.hours.serial if row.hours else '')}</td></tr>"
        for number, row in enumerate(table.rows, 1)
    )
    files = "".join(
        f"<tr><td>{escape(each.file)}</td><td class='m n'>{each.sha256}</td><td class=n>{escape(word(each))}</td></tr>"
        for each in answers
    )
    return _PAGE.format(facts=facts, rows=rows, files=files)


_PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>继续教育证明核验回执</title>
<style>
@page {{ size: A4; margin: 16mm 14mm; @bottom-center {{ content: counter(page) " / " counter(pages); font-size: 8pt }} }}
body {{ font: 10pt/1.5 "Noto Sans CJK SC", "Noto Serif CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; color: #111; max-width: 60em; margin: auto; padding: 1em }}
h1 {{ font-size: 16pt; margin: 0 0 .3em }} h2 {{ font-size: 12pt; margin: 1.4em 0 .4em }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .1em 1.2em; margin: 0 }} dt {{ color: #555 }} dd {{ margin: 0; overflow-wrap: anywhere }}
table {{ border-collapse: collapse; width: 100%; font-size: 9pt }}
th, td {{ border: .5pt solid #999; padding: .2em .4em; text-align: left; vertical-align: top; overflow-wrap: anywhere }}
thead {{ display: table-header-group }} tr {{ break-inside: avoid }} .m {{ font-family: monospace; font-size: 6.5pt }} .n, th {{ white-space: nowrap }} .v {{ width: 7.5em }}
p {{ color: #333 }} .sign {{ margin-top: 3em; break-inside: avoid }}
</style>
<h1>继续教育证明核验回执</h1>
<p>本回执由评委会自己的核验程序生成并签名。签名在同名的 .jwt 文件里，PDF 里也附有一份；内容另存为 .json。请把密钥指纹抄入会议记录。Verification receipt; its signature is in the .jwt file of the same name, which is attached to the PDF too.</p>
<dl>{facts}</dl>
<h2>结果</h2>
<table><thead><tr><th>序号</th><th>姓名</th><th>证件号</th><th>年度</th><th>合计</th><th>完成情况</th><th>核验结论</th><th>需要注意</th><th>证书编号</th></tr></thead><tbody>{rows}</tbody></table>
<h2>核验过的文件</h2>
<table><thead><tr><th>文件</th><th>SHA-256</th><th>结论</th></tr></thead><tbody>{files}</tbody></table>
<p class="sign">核验人签字：　　　　　　　　　　复核人签字：　　　　　　　　　　日期：　　　　年　　月　　日</p>
</html>
"""
