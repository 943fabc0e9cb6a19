// Checks 1 to 6: one credential, its format, algorithm, signature, issuer and dates (verifier/checks.py).

import { type Credential, latestYear, parsePayload } from "./credential.ts";
import { FormatError, NewerError, TokenError, VerifierError } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { dayBeside, dayIn, dayInWords, minuteIn, toSeconds } from "./fields.ts";
import type { Place } from "./issuance.ts";
import { ALGORITHMS, field, split, type Token, verify } from "./jws.ts";
import { type Check, check, type Outcome, type Says, says } from "./report.ts";
import type { Ground } from "./source.ts";
import { type Issuer, isCurrent, LEEWAY, precedes, type TrustedKey } from "./trust.ts";
import { DOCUMENTS } from "./wording.ts";

const NONE_READABLE = says("没有可读的凭证。", "There is no readable credential.");

/** (1) All that carry a credential carry the same one. */
export function checkOne(evidence: Evidence): Check {
  const places = evidence.findings.map((each) => each.where);
  const against = [...places, ...evidence.unreadable.map((each) => each.where)].join(", ");
  if (evidence.unreadable.some((each) => each.newer)) {
    const words = says("有一处是更新的格式，本程序不认识。请升级后再核验。", "One is of a newer format; update this verifier.");
    return check(1, "not_done", words, against, "newer");
  }
  const [broken] = evidence.unreadable;
  if (broken) {
    const words = says(`${broken.where} 里的内容不是完整的凭证。`, `${broken.where} holds no whole credential: ${broken.why}.`);
    return check(1, "failed", words, against);
  }
  const different = new Set(evidence.findings.map((each) => each.jws)).size;
  if (different !== 1) {
    const words = says(`有 ${different} 份不同的凭证，可能是拼接的。`, `${different} different credentials; perhaps a composite.`);
    return check(1, "failed", words, against);
  }
  const words =
    places.length === 1
      ? says("只有一份凭证。", "Exactly one credential.")
      : says(`${places.length} 处的凭证相同。`, `The credentials in ${places.length} places are the same.`);
  return check(1, "passed", words, against);
}

/** (2) The first credential found is of a format and version that is known here. */
export function checkFormat(evidence: Evidence): { made: Check; token: Token | null; credential: Credential | null } {
  const against = "vc+jwt, xueshi/v1";
  const [first] = evidence.findings;
  if (first === undefined) {
    return { made: check(2, "not_done", NONE_READABLE, against), token: null, credential: null };
  }
  let token: Token | null = null;
  try {
    token = split(first.jws);
    const named = Object.keys(token.header).sort().join() === "alg,cty,kid,typ";
    if (!named || field(token, "typ") !== "vc+jwt" || field(token, "cty") !== "vc") {
      throw new FormatError("header: alg, cty vc, kid, typ vc+jwt, and nothing else");
    }
    const credential = parsePayload(token.payload);
    const document = DOCUMENTS[credential.type[1]] as Says;
    return { made: check(2, "passed", says(`${document.zh}，格式完整。`, `A whole ${document.en}.`), against), token, credential };
  } catch (error) {
    if (error instanceof NewerError) {
      const words = says("凭证的类型或版本，本程序不认识。请升级后再核验。", `Of a type or version not known here: ${error.message}.`);
      return { made: check(2, "not_done", words, against, "newer"), token, credential: null };
    }
    if (error instanceof VerifierError) {
      const words = says("凭证不合格式。", `Not a credential of this format: ${error.message}.`);
      return { made: check(2, "failed", words, against), token, credential: null };
    }
    throw error;
  }
}

/** (3) The algorithm is the one that the trust list binds to the key: never "none", never the sender's choice. */
export function checkAlgorithm(token: Token | null, key: TrustedKey | undefined, ground: Ground): Check {
  if (token === null) {
    return check(3, "not_done", NONE_READABLE);
  }
  const bound = key && ground.trust.keys.get(key)?.alg;
  const allowed: readonly unknown[] = bound ? [bound] : ALGORITHMS;
  const against = key ? `${key.kid}: ${bound}` : ALGORITHMS.join(", ");
  const alg = token.header["alg"];
  const shown = Array.from(String(alg)).slice(0, 16).join("");
  if (!allowed.includes(alg)) {
    const words = says(`凭证写的签名算法是 ${shown}，不允许。`, `The token's algorithm is ${shown}, which is not allowed.`);
    return check(3, "failed", words, against);
  }
  if (key === undefined) {
    return check(3, "not_done", says("名单里没有这把密钥。", "The key is not on the trust list."), against);
  }
  return check(3, "passed", says(`${shown}，与该密钥登记的算法相同。`, `${shown}, the one bound to the key.`), against);
}

/** (4) The issuer's key made this signature over these bytes. */
export async function checkSignature(token: Token | null, key: TrustedKey | undefined, algorithm: Check, ground: Ground): Promise<Check> {
  const known = key && ground.trust.keys.get(key);
  if (token === null || !key || !known || algorithm.outcome !== "passed") {
    return check(4, "not_done", says("没有可用的密钥或算法，签名没有核对。", "No key or algorithm to check it with."));
  }
  try {
    await verify(token, known, "vc+jwt");
    return check(4, "passed", says("内容签发后没有改动。", "The content is as it was signed."), key.kid);
  } catch (error) {
    if (!(error instanceof TokenError)) {
      throw error;
    }
    const words = says("签名与内容不符：内容改动过，或不是签发机关签的。", "The signature does not hold: altered, or not the issuer's.");
    return check(4, "failed", words, key.kid);
  }
}

/** (5) The issuer is on the list, and its key counts at the entry's place in the ledger. */
export function checkIssuer(
  issuer: Issuer | undefined,
  key: TrustedKey | undefined,
  credential: Credential | null,
  place: Place | null,
  ground: Ground,
): Check {
  const { trust } = ground;
  const against = `trust list ${trust.number}`;
  if (!isCurrent(trust, ground.now)) {
    const day = dayIn(toSeconds(trust.expires));
    const words = says(
      `信任名单已于 ${day} 过期，不能确定密钥现在是否可用。`,
      `The trust list expired on ${day}; whether the key still holds is not known.`,
    );
    return check(5, "not_done", words, against, "trust");
  }
  if (credential === null) {
    return check(5, "not_done", NONE_READABLE, against);
  }
  if (issuer === undefined) {
    return check(5, "failed", says("签发机关不在可信名单上。", "The issuer is not on the trust list."), against);
  }
  if (key === undefined) {
    const words = says(`${issuer.name.zh}的名单里没有这把签发密钥。`, `${issuer.name.en} has no such key for credentials.`);
    return check(5, "failed", words, against);
  }
  const [outcome, words] = keyPlace(issuer, key, credential, place);
  return check(5, outcome, words, against);
}

function keyPlace(issuer: Issuer, key: TrustedKey, credential: Credential, place: Place | null): [Outcome, Says] {
  const from = toSeconds(key.from);
  const begins = dayIn(from);
  if (credential.iat < from - LEEWAY || (place?.day && place.day < begins)) {
    return ["failed", says(`这把密钥 ${begins} 才启用，凭证却更早。`, `The key begins on ${begins}; the credential is older.`)];
  }
  if (key.cut === null) {
    return ["passed", says(`${issuer.name.zh}，密钥有效。`, `${issuer.name.en}; its key is valid.`)];
  }
  const zh = `密钥已停用，只认台账 ${key.cut.log} 第 ${key.cut.index} 号之前的签名`;
  const en = `The key has ended; it counts before entry ${key.cut.index} of ${key.cut.log}`;
  if (place === null) {
    return ["not_done", says(`${zh}；没有证明这份在那之前。`, `${en}, and nothing proves that this is before it.`)];
  }
  if (!precedes(issuer, place.log.origin, place.index, key.cut)) {
    return ["failed", says(`${zh}；这份是第 ${place.index} 号。`, `${en}; this is entry ${place.index}.`)];
  }
  return [
    "passed",
    says(`${issuer.name.zh}；台账证明这份签名在密钥停用之前。`, `${issuer.name.en}; the ledger proves that the key still counted.`),
  ];
}

/** (6) Not from the future, not before the year it is about, and not later than its ledger entry. */
export function checkDates(credential: Credential, place: Place | null, now: number): Check {
  const day = dayIn(credential.iat);
  const against = minuteIn(now);
  if (credential.iat > now + LEEWAY) {
    return check(6, "failed", says(`签发日期 ${day} 还没有到。`, `It is dated ${day}, which has not come yet.`), against);
  }
  if (Number(day.slice(0, 4)) < latestYear(credential)) {
    return check(6, "failed", says("签发日期早于所证明的年度。", "It is dated before the year that it is about."), against);
  }
  if (place?.day && place.day < dayBeside(day, -1)) {
    const words = says(`签发日期 ${day} 晚于台账收录日期 ${place.day}。`, `Dated ${day}, after its ledger entry of ${place.day}.`);
    return check(6, "failed", words, against);
  }
  return check(6, "passed", says(`${dayInWords(day)}签发。`, `Issued on ${day}.`), against);
}

/** Leave a check undone because there is no one credential that is the issuer's word. */
export function notDone(number: number): Check {
  return check(number, "not_done", says("没有确定的一份签名凭证，不再核对。", "Not looked at, for want of one credential that is signed."));
}
