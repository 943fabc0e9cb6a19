// Check 7: what the issuer's signed status lists say now (verifier/status.py, standing.py; docs/format.md, section 4).

import * as base64url from "./base64url.ts";
import { type Bytes, isAscii } from "./bytes.ts";
import type { Credential, StatusEntry } from "./credential.ts";
import { SourceError, StaleError, StatusError, VerifierError } from "./errors.ts";
import { did, minuteIn, moment, seconds, short, toSeconds } from "./fields.ts";
import { gunzip } from "./inflate.ts";
import { split, verify } from "./jws.ts";
import { type Check, check, type Lack, type Says, says, type Standing } from "./report.ts";
import { integer, list, matching, nullable, object, oneOf, read, tuple, type Shape } from "./shape.ts";
import type { Ground, Source } from "./source.ts";
import { load } from "./strict_json.ts";
import { findKey, type Issuer, isCurrent, LEEWAY, type TrustedKey, type TrustList } from "./trust.ts";
import { REASONS } from "./wording.ts";

const MIN_BITS = 131_072;
const MAX_BITS = 8 * MIN_BITS;
const PATH = /^status\/([rs])([1-9][0-9]{0,5})$/;
const DETAILS_TYP = "xueshi-details+jwt";
const purpose = oneOf("revocation", "refresh");

interface ListDocument {
  readonly id: string;
  readonly iss: string;
  readonly issuer: string;
  readonly iat: number;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly credentialSubject: { readonly statusPurpose: string; readonly encodedList: string };
}

/** A list that the right key signed, at one moment. */
interface StatusList {
  readonly issued: number;
  readonly until: number;
  readonly bits: Bytes;
}

interface Detail {
  readonly index: number;
  readonly purpose: string;
  readonly date: string;
  readonly reason: keyof typeof REASONS;
  readonly successor: string | null;
}

/** Where a credential stands, and why when it is no longer valid. */
export interface Status {
  readonly standing: Standing;
  readonly detail: Detail | null;
}

export const UNKNOWN: Status = { standing: "unknown", detail: null };

const any = matching(/^/);
const listDocument: Shape = object({
  "@context": tuple(oneOf("https://www.w3.org/ns/credentials/v2")),
  id: any,
  type: tuple(oneOf("VerifiableCredential"), oneOf("BitstringStatusListCredential")),
  iss: did,
  issuer: did,
  iat: seconds,
  validFrom: moment,
  validUntil: moment,
  credentialSubject: object({
    id: any,
    type: oneOf("BitstringStatusList"),
    statusPurpose: purpose,
    encodedList: matching(/^u[A-Za-z0-9_-]+$/),
  }),
});
const details: Shape = object({
  iss: did,
  iat: seconds,
  list: integer(1, Number.MAX_SAFE_INTEGER),
  entries: list(
    object({
      index: integer(0, Number.MAX_SAFE_INTEGER),
      purpose,
      date: matching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/),
      reason: oneOf(...Object.keys(REASONS)),
      successor: nullable(short),
    }),
  ),
});

/** (7) Read both bits, and the details when one is set. */
export async function checkStatus(credential: Credential, issuer: Issuer, ground: Ground): Promise<[Check, Status]> {
  if (!isCurrent(ground.trust, ground.now)) {
    return notDone("信任名单已过期，状态表不能采信。", "The trust list has expired, so no status list can be relied on.", "trust");
  }
  if (ground.source === null) {
    return notDone("没有联网，也没有资料包，查不了状态。", "Offline and without a folder of public files.", "source");
  }
  const [first, second] = credential.credentialStatus;
  const index = Number(first.statusListIndex);
  try {
    const revocation = await readList(first, issuer, ground);
    const refresh = await readList(second, issuer, ground);
    const [revoked, superseded] = [isSet(revocation, index), isSet(refresh, index)];
    const issued = minuteIn(Math.min(revocation.issued, refresh.issued));
    const against = `status list of ${issued}`;
    if (!revoked && !superseded) {
      const words = says(`有效；状态表 ${issued} 发布。`, `Valid; the status list is of ${issued}.`);
      return [check(7, "passed", words, against), { standing: "valid", detail: null }];
    }
    const standing = revoked ? "revoked" : "superseded";
    const detail = await readDetail(revoked ? first : second, issuer, ground);
    return [check(7, "failed", explain(standing, detail), against), { standing, detail }];
  } catch (error) {
    if (error instanceof SourceError) {
      return notDone("取不到状态表。", `The status list cannot be had: ${error.message}.`, "files");
    }
    if (error instanceof StaleError) {
      const moment = minuteIn(error.issued);
      return notDone(`状态表是 ${moment} 发布的，已超过期限，不能采信。`, `The status list is of ${moment}, which is past the limit: it cannot be relied on.`, "fresh");
    }
    if (error instanceof VerifierError) {
      return notDone("状态表不能采信。", `The status list cannot be relied on: ${error.message}.`, "sound");
    }
    throw error;
  }
}

function notDone(zh: string, en: string, lack: Lack): [Check, Status] {
  return [check(7, "not_done", says(zh, en), "", lack), UNKNOWN];
}

/** Read one list that is fresh, and not older than one seen before. */
async function readList(entry: StatusEntry, issuer: Issuer, ground: Ground): Promise<StatusList> {
  const url = entry.statusListCredential;
  const found = await openList(url, issuer, ground.trust, ground.source as Source);
  checkAge(found, ground);
  ground.seen?.holdList(url, found.issued);
  return found;
}

/** Read one list from the issuer's own address, signed by its status key; how old it may be is for others to say. */
export async function openList(url: string, issuer: Issuer, trust: TrustList, source: Source): Promise<StatusList> {
  const path = url.startsWith(issuer.base) ? url.slice(issuer.base.length) : "";
  const letter = PATH.exec(path)?.[1];
  if (letter === undefined) {
    throw new StatusError(`${url}: an address of the issuer's`);
  }
  const purposed = letter === "r" ? "revocation" : "refresh";
  const [document, key] = await openSigned<ListDocument>(path, "vc+jwt", listDocument, issuer, trust, source);
  const about = document.credentialSubject;
  const expected = [url, issuer.did, issuer.did, purposed];
  const said = [document.id, document.iss, document.issuer, about.statusPurpose];
  if (said.some((each, at) => each !== expected[at])) {
    throw new StatusError(`a list for ${purposed} by ${issuer.did} at ${url}`);
  }
  const issued = toSeconds(document.validFrom);
  if (document.iat !== issued) {
    throw new StatusError("validFrom: the moment of iat");
  }
  const bits = gunzip(base64url.decode(about.encodedList.slice(1)), MAX_BITS / 8);
  if (8 * bits.length < MIN_BITS) {
    throw new StatusError(`encodedList: at least ${MIN_BITS} bits`);
  }
  if (issued < toSeconds(key.from) - LEEWAY || (key.until !== null && issued >= toSeconds(key.until))) {
    throw new StatusError("signed by a status key that was not valid then");
  }
  return { issued, until: toSeconds(document.validUntil), bits };
}

function checkAge({ issued, until }: StatusList, ground: Ground): void {
  if (issued > ground.now + LEEWAY) {
    throw new StatusError("a list that is later than this computer's clock");
  }
  if (ground.now >= until || ground.now - issued > ground.trust.statusMaxAge) {
    throw new StaleError(issued);
  }
}

function isSet(found: StatusList, index: number): boolean {
  if (index >= 8 * found.bits.length) {
    throw new StatusError(`index ${index} in a list of ${8 * found.bits.length}`);
  }
  return (((found.bits[index >> 3] as number) >> (7 - (index % 8))) & 1) === 1;
}

/** Read a file that one of the issuer's status keys signed. */
export async function openSigned<T>(path: string, typ: string, shape: Shape, issuer: Issuer, trust: TrustList, source: Source): Promise<[T, TrustedKey]> {
  const data = await source.read(issuer.base, path);
  const text = new TextDecoder().decode(data).trim();
  if (!isAscii(text)) {
    throw new StatusError(`${path}: a JWS`);
  }
  const token = split(text);
  const key = findKey(issuer, token, "status");
  const known = key && trust.keys.get(key);
  if (!key || !known) {
    throw new StatusError("not signed by a status key of the issuer's");
  }
  try {
    return [read<T>(load(await verify(token, known, typ)), shape), key];
  } catch (error) {
    throw new StatusError(`status file: ${(error as Error).message}`);
  }
}

/** Read why; a missing explanation does not make a credential valid again. */
async function readDetail(entry: StatusEntry, issuer: Issuer, ground: Ground): Promise<Detail | null> {
  const number = Number(PATH.exec(entry.statusListCredential.slice(issuer.base.length))?.[2]);
  try {
    type Details = { iss: string; list: number; entries: Detail[] };
    const [found] = await openSigned<Details>(`status/details${number}`, DETAILS_TYP, details, issuer, ground.trust, ground.source as Source);
    if (found.iss !== issuer.did || found.list !== number) {
      return null;
    }
    const own = found.entries.filter((each) => each.index === Number(entry.statusListIndex) && each.purpose === entry.statusPurpose);
    return own.at(-1) ?? null;
  } catch (error) {
    if (error instanceof VerifierError) {
      return null;
    }
    throw error;
  }
}

function explain(standing: "revoked" | "superseded", detail: Detail | null): Says {
  const [zh, en] = standing === "revoked" ? ["已撤销", "Revoked"] : ["已被取代", "Superseded"];
  if (detail === null) {
    return says(`${zh}；取不到原因。`, `${en}; the reason cannot be had.`);
  }
  const why = REASONS[detail.reason];
  const told = [`${zh}，${detail.date}，原因：${why.zh}`, `${en} on ${detail.date}: ${why.en}`] as const;
  return detail.successor
    ? says(`${told[0]}；新版编号 ${detail.successor}。`, `${told[1]}; its successor is ${detail.successor}.`)
    : says(`${told[0]}。`, `${told[1]}.`);
}
