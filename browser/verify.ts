// One input in, one report out: the numbered checks in order (verifier/verify.py; docs/checks.md). No clock of its own.

import * as checks from "./checks.ts";
import type { Credential } from "./credential.ts";
import type { Evidence } from "./evidence.ts";
import { checkFigures } from "./figures.ts";
import { checkIssuance } from "./issuance.ts";
import type { Token } from "./jws.ts";
import { type Check, check, type Report, report, type Says, says, type Warn } from "./report.ts";
import { knownRules } from "./rulings.ts";
import type { Ground } from "./source.ts";
import { checkStatus, type Status, UNKNOWN } from "./status.ts";
import { findIssuer, findKey, type Issuer, type TrustedKey } from "./trust.ts";
import { INPUTS } from "./wording.ts";

const ELSEWHERE = says(
  "浏览器里不做这一项。请送服务器核验，或用命令行 xueshi verify。",
  "Not done in a browser. Have the server do it, or the command line, xueshi verify.",
);

/** Verify what was found in one input. */
export async function verify(evidence: Evidence, ground: Ground): Promise<Report> {
  // (1) exactly one credential; the others look at the first that was found.
  const one = checks.checkOne(evidence);
  // (2) format and version known.
  const { made: form, token, credential } = checks.checkFormat(evidence);
  const issuer = credential ? findIssuer(ground.trust, credential.issuer) : undefined;
  const key = issuer && token ? findKey(issuer, token, "credential") : undefined;
  // (3) the algorithm is the one bound to the key; (4) the signature holds.
  const algorithm = checks.checkAlgorithm(token, key, ground);
  const signature = await checks.checkSignature(token, key, algorithm, ground);
  const established = one.outcome === "passed" && signature.outcome === "passed";
  let rest: Check[];
  let status = UNKNOWN;
  if (established && token && credential && issuer && key) {
    [rest, status] = await signed(evidence, token, credential, issuer, key, ground);
  } else {
    // Without one credential that the issuer signed there is nothing that the rest could be about.
    rest = [6, 7, 8, 9].map(checks.notDone);
    rest.push(checks.checkIssuer(issuer, key, credential, null, ground));
  }
  const done = [one, form, algorithm, signature, ...rest, checkPage(evidence), checkPdfSignature(evidence, issuer)];
  return report({
    file: evidence.name,
    input: evidence.kind,
    checks: done.sort((left, right) => left.number - right.number),
    standing: status.standing,
    credential,
    issuer: issuer ? { zh: issuer.name.zh, en: issuer.name.en } : null,
    successor: status.detail?.successor ?? null,
    warnings: warnings(evidence, issuer),
    trust: ground.trust,
    source: ground.source,
    now: ground.now,
  });
}

/** Make the checks of what the issuer's key has signed. */
async function signed(
  evidence: Evidence,
  token: Token,
  credential: Credential,
  issuer: Issuer,
  key: TrustedKey,
  ground: Ground,
): Promise<[Check[], Status]> {
  // (8) before (5), because the key must have been valid when the ledger took the entry.
  const [issuance, place] = await checkIssuance(evidence, token.text, credential, issuer, ground);
  const [standing, status] = await checkStatus(credential, issuer, ground);
  const made = [
    checks.checkIssuer(issuer, key, credential, place, ground),
    checks.checkDates(credential, place, ground.now),
    standing,
    issuance,
    await checkFigures(credential, evidence.lines, ...(await knownRules(credential, issuer, ground))),
  ];
  return [made, status];
}

/** (10) The words of a PDF are compared by the server and the command line, never here. */
function checkPage(evidence: Evidence): Check {
  return evidence.kind === "pdf" ? check(10, "not_done", ELSEWHERE, "PDF", "page") : check(10, "not_applicable", noText(evidence));
}

/** (11) The server and the command line check it; here it is only told whether there is one, or should be. */
function checkPdfSignature(evidence: Evidence, issuer: Issuer | undefined): Check {
  if (evidence.kind !== "pdf") {
    return check(11, "not_applicable", noText(evidence));
  }
  return evidence.pdfSignatures > 0 || issuer?.pdfSigned
    ? check(11, "not_done", ELSEWHERE, "PAdES", "page")
    : check(11, "not_applicable", says("PDF 没有另外签名。", "The PDF has no signature of its own."));
}

function noText(evidence: Evidence): Says {
  const zh = `这是${INPUTS[evidence.kind]?.zh}，没有 PDF 可比。请与手中的文件对照。`;
  return says(zh, "Not a PDF; compare the paper with the signed data.");
}

function warnings(evidence: Evidence, issuer: Issuer | undefined): Warn[] {
  const hosts = new Set(evidence.findings.map((each) => each.host).filter((host) => host !== null));
  const foreign = [...hosts].filter((host) => !issuer?.hosts.includes(host)).sort();
  const made: Warn[] = foreign.map((host) => ({
    code: "foreign-host",
    zh: `二维码的网址是 ${host}，不是签发机关的。不要打开那个网站，也不要在上面输入证件号。`,
    en: `The QR names ${host}, which is not the issuer's. Do not open that site or type an ID number there.`,
  }));
  const others = evidence.otherCodes.length;
  if (others > 0) {
    made.push({
      code: "other-code",
      zh: `另有 ${others} 个不是本系统的二维码，没有打开。`,
      en: `${others} QR codes of others; they were not opened.`,
    });
  }
  return made;
}
