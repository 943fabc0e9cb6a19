// The trust list: who may issue, with which keys and which log, signed by a pinned root (verifier/trust.py, trusted.py).

import * as base64url from "./base64url.ts";
import { LedgerError, QuorumError, TrustError, VerifierError } from "./errors.ts";
import { did, digest, long, moment, short, toSeconds } from "./fields.ts";
import { field, type PublicKey, readKey, split, verify } from "./jws.ts";
import { type Checkpoint, readCheckpoint } from "./ledger.ts";
import { COSIGNATURE, ED25519, type NoteKey, openNote, readVkey } from "./note.ts";
import { integer, list, matching, nullable, object, oneOf, read, texts } from "./shape.ts";
import { type Json, load } from "./strict_json.ts";
import { same } from "./bytes.ts";

/** How far two clocks may differ, in seconds. */
export const LEEWAY = 300;
const TYP = "xueshi-trust+jwt";

export interface Names {
  readonly zh: string;
  readonly en: string;
}

export interface TrustedKey {
  readonly kid: string;
  readonly use: "credential" | "status" | "pdf";
  readonly jwk: Readonly<Record<string, string>>;
  readonly from: string;
  readonly until: string | null;
  readonly cut: { readonly log: string; readonly index: number } | null;
}

export interface TrustedLog {
  readonly origin: string;
  readonly vkey: string;
  readonly path: string;
  readonly closed: { readonly size: number; readonly root: string; readonly successor: string | null } | null;
}

export interface Issuer {
  readonly did: string;
  readonly name: Names;
  readonly hosts: readonly string[];
  readonly base: string;
  readonly keys: readonly TrustedKey[];
  readonly logs: readonly TrustedLog[];
  /** From this entry on every PDF has the issuer's signature; null: one may have it or not. */
  readonly pdfSigned: { readonly log: string; readonly index: number } | null;
}

interface Listed {
  readonly number: number;
  readonly issued: string;
  readonly expires: string;
  readonly statusMaxAge: number;
  readonly issuers: readonly Issuer[];
  readonly witnesses: readonly { readonly name: Names; readonly vkey: string }[];
  readonly minimumWitnesses: number;
}

/** An opened list, with the public keys that it names. */
export interface TrustList extends Listed {
  readonly keys: ReadonlyMap<TrustedKey, PublicKey>;
  readonly logKeys: ReadonlyMap<TrustedLog, NoteKey>;
  readonly witnessKeys: readonly NoteKey[];
}

const base = matching(/^https:\/\/[a-z0-9.-]{1,253}(:[0-9]{1,5})?\/([A-Za-z0-9._~-]+\/)*$/);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const names = object({ zh: long, en: long });
const cut = object({ log: short, index: count });
const key = object({
  kid: short,
  use: oneOf("credential", "status", "pdf"),
  jwk: texts,
  from: moment,
  until: nullable(moment),
  cut: nullable(cut),
});
const log = object({
  origin: short,
  vkey: long,
  path: matching(/^([A-Za-z0-9_~-][A-Za-z0-9._~-]*\/)*$/),
  closed: nullable(object({ size: count, root: digest, successor: nullable(short) })),
});
const issuer = object({
  did,
  name: names,
  hosts: list(matching(/^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$/), 1),
  base,
  keys: list(key, 1),
  logs: list(log, 1),
  pdfSigned: nullable(cut),
});
const listed = object({
  version: oneOf(1),
  number: integer(1, Number.MAX_SAFE_INTEGER),
  issued: moment,
  expires: moment,
  home: base,
  statusMaxAge: integer(1, 31_536_000),
  issuers: list(issuer),
  witnesses: list(object({ name: names, vkey: long })),
  minimumWitnesses: integer(0, Number.MAX_SAFE_INTEGER),
});

/** Read the pinned root: a public JWK. */
export function readRoot(data: Uint8Array): PublicKey {
  const value = load(data);
  return readKey(value as { [name: string]: Json });
}

/** Read a trust list that the pinned root signed. One that has expired opens; ask `current` before relying on it. */
export async function openTrust(token: string, root: PublicKey, now: number): Promise<TrustList> {
  try {
    const found = read<Listed>(load(await verify(split(token.trim()), root, TYP)), listed);
    if (toSeconds(found.issued) > now + LEEWAY) {
      throw new TrustError(`issued at ${found.issued}, which is later than this computer's clock`);
    }
    found.issuers.forEach(checkIssuer);
    unique(found.issuers.map((each) => each.did), "issuers: each DID once");
    const keys = new Map(found.issuers.flatMap((each) => each.keys).map((each) => [each, readKey(each.jwk)]));
    const logKeys = new Map<TrustedLog, NoteKey>();
    for (const each of found.issuers.flatMap((one) => one.logs)) {
      const named = await readVkey(each.vkey, ED25519);
      if (named.name !== each.origin) {
        throw new TrustError("vkey: named like the origin");
      }
      logKeys.set(each, named);
    }
    const witnessKeys = await Promise.all(found.witnesses.map((each) => readVkey(each.vkey, COSIGNATURE)));
    unique(witnessKeys.map((each) => each.name), "witnesses: each name once");
    unique(witnessKeys.map((each) => base64url.encode(each.public)), "witnesses: each key once");
    if (found.minimumWitnesses > witnessKeys.length) {
      throw new TrustError("minimumWitnesses: at most the number of witnesses");
    }
    return { ...found, keys, logKeys, witnessKeys };
  } catch (error) {
    if (error instanceof VerifierError) {
      throw new TrustError(`trust list: ${error.message}`);
    }
    throw error;
  }
}

function unique(values: readonly string[], says: string): void {
  if (new Set(values).size !== values.length) {
    throw new TrustError(says);
  }
}

function checkIssuer(found: Issuer): void {
  unique(found.keys.map((each) => each.kid), "keys: each kid once");
  unique(found.logs.map((each) => each.origin), "logs: each origin once");
  unique(found.logs.map((each) => each.path), "logs: each path once");
  for (const each of found.keys) {
    if (!each.kid.startsWith(`${found.did}#`)) {
      throw new TrustError("keys: kid begins with the issuer's DID");
    }
    if ((each.cut === null) !== (each.until === null || each.use === "status")) {
      throw new TrustError("cut: a place in the ledger for a key of credentials or PDFs that has an until; otherwise null");
    }
    if (each.use === "pdf" && readKey(each.jwk).alg !== "ES256") {
      throw new TrustError("jwk: of a suite that signs PDFs");
    }
  }
  for (const each of [found.pdfSigned, ...found.keys.map((one) => one.cut)]) {
    if (each && !found.logs.some((one) => one.origin === each.log)) {
      throw new TrustError("keys, pdfSigned: a cut names one of the logs");
    }
  }
  if (found.pdfSigned && !found.keys.some((each) => each.use === "pdf")) {
    throw new TrustError("pdfSigned: with a key for PDFs; otherwise null");
  }
  found.logs.forEach((each, at) => {
    const following = found.logs[at + 1]?.origin ?? null;
    if ((each.closed?.successor ?? null) !== following || (each.closed === null && following !== null)) {
      throw new TrustError("logs: oldest first, each closed one naming the next as its successor");
    }
  });
}

export function isCurrent(trust: TrustList, now: number): boolean {
  return now < toSeconds(trust.expires);
}

export function findIssuer(trust: TrustList, who: string): Issuer | undefined {
  return trust.issuers.find((each) => each.did === who);
}

/** Return the issuer's key of a token, for one purpose. */
export function findKey(found: Issuer, token: Parameters<typeof field>[0], use: TrustedKey["use"]): TrustedKey | undefined {
  const kid = field(token, "kid");
  return found.keys.find((each) => each.kid === kid && each.use === use);
}

/** Say whether entry `index` of a log stands before a cut: in an older log, or lower in the same. */
export function precedes(found: Issuer, origin: string, index: number, cut: { log: string; index: number }): boolean {
  const order = found.logs.map((each) => each.origin);
  const difference = order.indexOf(origin) - order.indexOf(cut.log);
  return difference < 0 || (difference === 0 && index < cut.index);
}

/** Verify a checkpoint: by the log's key, by enough witnesses, and not past the end of a closed log. */
export async function openHead(note: Uint8Array, found: TrustedLog, trust: TrustList): Promise<Checkpoint> {
  const own = trust.logKeys.get(found) as NoteKey;
  const { text, signers } = await openNote(note, [own, ...trust.witnessKeys]);
  if (!signers.has(own)) {
    throw new LedgerError("not signed by the log");
  }
  const head = readCheckpoint(text);
  if (head.origin !== found.origin) {
    throw new LedgerError(`a checkpoint of ${head.origin}; expected ${found.origin}`);
  }
  if (signers.size - 1 < trust.minimumWitnesses) {
    throw new QuorumError(`${signers.size - 1} of ${trust.minimumWitnesses} witnesses`);
  }
  const closed = found.closed;
  if (closed && (head.size > closed.size || (head.size === closed.size && !same(head.root, base64url.decode(closed.root))))) {
    throw new LedgerError(`a checkpoint past the end of a log that was closed at ${closed.size}`);
  }
  return head;
}
