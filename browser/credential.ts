// The credential: its fields, read strictly (verifier/credential.py and subjects.py; docs/format.md, section 3).

import { readUtf8 } from "./bytes.ts";
import { FormatError, NewerError } from "./errors.ts";
import { amount, CATEGORIES, dayIn, did, digest, long, momentText, seconds, short } from "./fields.ts";
import { either, flag, integer, isObject, list, matching, object, oneOf, other, printable, read, record, type Shape, tuple } from "./shape.ts";
import { type Json, load } from "./strict_json.ts";

export type DocumentType = "CompletionCertificate" | "HoursStatement" | "TransferCertificate";

export interface Hours {
  readonly professional: string;
  readonly public: string;
  readonly total: string;
}

/** How one year stands. */
export interface YearFigures {
  readonly year: number;
  readonly hours: Hours;
  readonly required: Hours;
  readonly categories: Readonly<Record<string, string>>;
  readonly deemed: readonly Readonly<Record<string, string>>[];
  readonly conclusion: "complete" | "incomplete";
  readonly rules: readonly (string | { readonly exception: string })[];
}

export interface Named {
  readonly serial: string;
  readonly version: number;
  readonly name: string;
  readonly identifier: string;
  readonly employer: string;
  readonly registrar: string;
  readonly selfVerified: boolean;
  readonly region?: string;
  readonly measure?: string;
}

export interface Subject extends Named, YearFigures {
  readonly lines?: { readonly count: number; readonly digest: string };
}

export interface TransferSubject extends Named {
  readonly years: readonly (YearFigures & { readonly certificate: string })[];
}

export interface StatusEntry {
  readonly statusPurpose: "revocation" | "refresh";
  readonly statusListIndex: string;
  readonly statusListCredential: string;
}

export interface Credential {
  readonly type: readonly ["VerifiableCredential", DocumentType];
  readonly issuer: string;
  readonly iat: number;
  readonly credentialStatus: readonly [StatusEntry, StatusEntry];
  readonly credentialSubject: Subject | TransferSubject;
}

const W3C = "https://www.w3.org/ns/credentials/v2";
const CONTEXT_PATH = "/ns/xueshi/v1";
const SERIAL = /^[A-Z]{2}([0-9]{4})-([0-9]{7})-([1-9][0-9]{0,5})$/;
const STATUS_URL = /^https:\/\/[^\s/?#@]+(?:\/[A-Za-z0-9._~-]+)*\/status\/([rs])([1-9][0-9]{0,5})$/;
const FLAGS = ["professional", "all", "origin", "deferred"];

const hours = object({ professional: amount, public: amount, total: amount });
const serial = matching(SERIAL);
const rule = either((value) =>
  isObject(value) ? object({ exception: short }) : matching(/^[a-z0-9][a-z0-9-]{0,63}@[0-9]+\.[0-9]+\.[0-9]+$/),
);
const named = {
  serial,
  version: integer(1, 999),
  name: short,
  identifier: matching(/^[0-9A-Z]{3}\*{1,32}[0-9A-Z]{4}$/),
  employer: long,
};
const figures = {
  year: integer(2000, 2999),
  hours,
  required: hours,
  categories: record(CATEGORIES, amount),
  deemed: list(record(FLAGS, short)),
  conclusion: oneOf("complete", "incomplete"),
  rules: list(rule, 1, 16),
};
const registered = { registrar: long, selfVerified: flag };
/** Signed only where they are not the usual ones. */
const unusual = {
  region: other("甘肃省", printable(1, 16)),
  measure: other("甘肃省专业技术人员继续教育学时认定管理办法", printable(1, 40)),
};
const SUBJECTS: Record<DocumentType, Shape> = {
  CompletionCertificate: object({ ...named, ...figures, ...registered }, unusual),
  HoursStatement: object(
    { ...named, ...figures, ...registered, lines: object({ count: integer(0, 1000), digest }) },
    unusual,
  ),
  TransferCertificate: object(
    { ...named, years: list(object({ certificate: serial, ...figures }), 1, 10), ...registered },
    unusual,
  ),
};
const status = (purpose: string): Shape =>
  object({
    type: oneOf("BitstringStatusListEntry"),
    statusPurpose: oneOf(purpose),
    statusListIndex: matching(/^(0|[1-9][0-9]{0,6})$/),
    statusListCredential: matching(STATUS_URL),
  });
const envelope = (type: DocumentType): Shape =>
  object({
    "@context": tuple(oneOf(W3C), (value, at) => matching(/^/)(value, at)),
    type: tuple(oneOf("VerifiableCredential"), oneOf(type)),
    iss: did,
    issuer: did,
    iat: seconds,
    validFrom: matching(/^/),
    credentialStatus: tuple(status("revocation"), status("refresh")),
    credentialSubject: SUBJECTS[type],
  });
/** Order of the members in the signed bytes. */
const ENVELOPE = ["@context", "type", "iss", "issuer", "iat", "validFrom", "credentialStatus", "credentialSubject"];
const STATUS = ["type", "statusPurpose", "statusListIndex", "statusListCredential"];

/** Read signed bytes; a NewerError tells that another version may know them. */
export function parsePayload(payload: Uint8Array): Credential {
  const value = load(payload);
  const type = typeOf(value);
  const credential = read<Credential & { iss: string; validFrom: string }>(value, envelope(type));
  const about = credential.credentialSubject;
  const years = "years" in about ? about.years : [about];
  for (const year of years) {
    if (Object.values(year.categories).includes("0") || year.deemed.some((each) => Object.keys(each).length !== 1)) {
      throw new FormatError("categories: only what is not zero; deemed: objects of one entry each");
    }
  }
  checkEnvelope(credential);
  checkYears(credential);
  if (JSON.stringify(ordered(credential)) !== readUtf8(payload)) {
    throw new FormatError("payload: not the bytes that docs/format.md section 3 prescribes");
  }
  return credential;
}

function typeOf(value: Json): DocumentType {
  const context = isObject(value) ? value["@context"] : undefined;
  const type = isObject(value) ? value["type"] : undefined;
  if (!Array.isArray(context) || context.length !== 2 || !Array.isArray(type) || type.length !== 2) {
    throw new FormatError("payload: @context and type of two entries each");
  }
  if (context[0] !== W3C || !String(context[1]).endsWith(CONTEXT_PATH)) {
    throw new NewerError(`/@context: ${W3C} and a context ending in ${CONTEXT_PATH}`);
  }
  if (typeof type[1] !== "string" || !Object.hasOwn(SUBJECTS, type[1])) {
    throw new NewerError(`/type/1: ${Object.keys(SUBJECTS).join(" or ")}`);
  }
  return type[1] as DocumentType;
}

function checkEnvelope(credential: Credential & { iss: string; validFrom: string }): void {
  if (credential.iss !== credential.issuer || credential.validFrom !== momentText(credential.iat)) {
    throw new FormatError("issuer: equal to iss; validFrom: the moment of iat");
  }
  const parts = SERIAL.exec(credential.credentialSubject.serial);
  credential.credentialStatus.forEach((entry, place) => {
    const url = STATUS_URL.exec(entry.statusListCredential);
    const own = url?.[1] === "rs"[place] && Number(entry.statusListIndex) === Number(parts?.[2]) && url?.[2] === parts?.[3];
    if (!own) {
      throw new FormatError("credentialStatus: index and list number of the serial, in status/r… and status/s…");
    }
  });
}

function checkYears(credential: Credential): void {
  const about = credential.credentialSubject;
  if ("years" in about) {
    const rising = about.years.every((row, at) => at === 0 || (about.years[at - 1]?.year ?? 0) < row.year);
    if (!rising || about.years.some((row) => row.certificate.slice(2, 6) !== String(row.year))) {
      throw new FormatError("years: rising, each once, each with a serial of that year");
    }
    if (about.serial.slice(2, 6) !== dayIn(credential.iat).slice(0, 4)) {
      throw new FormatError("serial: the year of issue");
    }
  } else if (about.serial.slice(2, 6) !== String(about.year)) {
    throw new FormatError("serial: the year of the credential");
  } else if (credential.type[1] === "CompletionCertificate" && about.conclusion !== "complete") {
    throw new FormatError("conclusion: complete, for a completion certificate");
  }
}

/** Put every member into the order of the signed bytes. */
function ordered(credential: Credential): unknown {
  const about = credential.credentialSubject;
  const years = "years" in about ? { years: about.years.map((row) => pick(row, ["certificate", ...Object.keys(figures)])) } : about;
  const names = [...Object.keys(named), ...("years" in about ? ["years"] : Object.keys(figures)), ...Object.keys({ ...registered, ...unusual })];
  return {
    ...pick(credential, ENVELOPE),
    credentialStatus: credential.credentialStatus.map((entry) => pick(entry, STATUS)),
    credentialSubject: {
      ...pick({ ...about, ...years }, names),
      ...("lines" in about && about.lines ? { lines: pick(about.lines, ["count", "digest"]) } : {}),
    },
  };
}

function pick(value: object, names: readonly string[]): Record<string, unknown> {
  const members = value as Record<string, unknown>;
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const each = members[name];
    const inner = name === "hours" || name === "required" ? ["professional", "public", "total"] : name === "categories" ? CATEGORIES : null;
    found[name] = inner ? Object.fromEntries(inner.filter((n) => n in (each as object)).map((n) => [n, (each as Record<string, unknown>)[n]])) : each;
  }
  return found;
}

/** The last year that a credential speaks of. */
export function latestYear(credential: Credential): number {
  const about = credential.credentialSubject;
  return "years" in about ? (about.years.at(-1)?.year ?? 0) : about.year;
}
