// The ledger's formats and proofs (ledger/checkpoint.py, entry.py, merkle.py, proof.py, issued.py; docs/format.md, 1 and 2).

import { type Bytes, concat, fromBase64, hex, readUtf8, same, sha256 } from "./bytes.ts";
import { LedgerError, LedgerVersionError } from "./errors.ts";
import { isDay } from "./fields.ts";

/** The head of a log: `size` leaves under `root`. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

/** One leaf of the log. */
export interface Entry {
  readonly index: number;
  readonly kind: string;
  readonly day: string;
  readonly digest: string | null;
}

/** A proof taken apart but not trusted. */
export interface Proof {
  readonly index: number;
  readonly hashes: readonly Bytes[];
  readonly note: Bytes;
  readonly body: Bytes | null;
}

const MAX_SIZE = 2 ** 53;
const KINDS = ["registration", "transfer", "decision", "issuance", "status", "governance", "erasure"];
const BODY =
  /^\{"([cd])":"([0-9a-f]{64})","i":(0|[1-9][0-9]{0,15}),"k":"([a-z]{1,16})","p":"[0-9a-f]{64}","t":"([0-9]{4}-[0-9]{2}-[0-9]{2})","v":1\}$/;
const ISSUED =
  /^xueshi\/issuances\/v1\norigin ([^\n]+)\nyear ([0-9]{4})\nlog (0|[1-9][0-9]{0,15})\ncount (0|[1-9][0-9]{0,15})\nsha256 ([0-9a-f]{64})\n$/;
const PREFIX = 16;
const RECORD = PREFIX + 8;

/** Read a verified note's text as a checkpoint. */
export function readCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.includes("")) {
    throw new LedgerError("a checkpoint is at least three lines, none of them empty");
  }
  const [origin = "", size = "", encoded = ""] = lines;
  const root = fromBase64(encoded);
  if (!/^(0|[1-9][0-9]*)$/.test(size) || Number(size) > MAX_SIZE || root?.length !== 32) {
    throw new LedgerError("a checkpoint has a size up to 2^53 and a root of 32 bytes");
  }
  return { origin, size: Number(size), root };
}

function holdVersion(found: string | undefined, what: string): void {
  if (found !== undefined && Number(found) !== 1) {
    throw new LedgerVersionError(`${what} of version ${Number(found)}; this program reads version 1 alone (0 was the draft)`);
  }
}

/** Read an entry; only the one spelling of its body is accepted. */
export function readEntry(body: Uint8Array): Entry {
  const text = body.every((byte) => byte < 0x80) ? readUtf8(body) : "";
  const match = BODY.exec(text);
  holdVersion(/"v":([0-9]{1,9})\}$/.exec(text)?.[1], "an entry");
  const [, name, content = "", index = "", kind = "", day = ""] = match ?? [];
  if (match === null || !KINDS.includes(kind) || !isDay(day) || !Number.isSafeInteger(Number(index))) {
    throw new LedgerError("not the canonical body of an entry");
  }
  const bare = name === "d";
  if (bare ? kind !== "issuance" && kind !== "governance" : kind === "issuance") {
    throw new LedgerError(`an entry of kind ${kind} with the other kind of content`);
  }
  return { index: Number(index), kind, day, digest: bare ? content : null };
}

export function leafHash(body: Uint8Array): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(0), body));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** Check that a leaf's hash is at `index` in the tree of a checkpoint (RFC 9162, 2.1.3.2). */
export async function verifyInclusion(index: number, head: Checkpoint, leaf: Bytes, path: readonly Bytes[]): Promise<void> {
  if (!(index >= 0 && index < head.size)) {
    throw new LedgerError(`no leaf ${index} in a tree of ${head.size}`);
  }
  let found = leaf;
  let used = 0;
  let [position, last] = [BigInt(index), BigInt(head.size - 1)];
  for (; last > 0n; position >>= 1n, last >>= 1n) {
    if ((position & 1n) === 1n || position < last) {
      const sibling = path[used++];
      if (sibling?.length !== 32) {
        throw new LedgerError("a proof with the hashes that index and size demand");
      }
      found = (position & 1n) === 1n ? await nodeHash(sibling, found) : await nodeHash(found, sibling);
    }
  }
  if (used !== path.length || !same(found, head.root)) {
    throw new LedgerError(`leaf ${index} does not lead to the root of the tree of ${head.size}`);
  }
}

/** Take the text of a proof apart (C2SP tlog-proof). */
export function readProof(data: Bytes): Proof {
  const whole = data.length <= 1_200_000 ? Array.from(data, (byte) => String.fromCharCode(byte)).join("") : "";
  const at = whole.indexOf("\n\n");
  const lines = whole.slice(0, Math.max(at, 0)).split("\n");
  if (at < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") {
    throw new LedgerError("a proof starts with its header and ends with a checkpoint");
  }
  const body = lines[0]?.startsWith("extra ") ? base64((lines.shift() as string).slice(6)) : null;
  const index = lines[0]?.startsWith("index ") ? (lines.shift() as string).slice(6) : "";
  if (!/^(0|[1-9][0-9]{0,15})$/.test(index) || !Number.isSafeInteger(Number(index)) || lines.length > 63) {
    throw new LedgerError("a proof has an index below 2^53 and at most 63 hashes");
  }
  return { index: Number(index), hashes: lines.map(base64), note: data.slice(at + 2), body };
}

function base64(text: string): Bytes {
  const raw = fromBase64(text);
  if (raw === null) {
    throw new LedgerError("a proof is Base64");
  }
  return raw;
}

/** Check a proof against its checkpoint, which was verified before; return the entry. */
export async function prove(proof: Proof, head: Checkpoint): Promise<Entry> {
  if (proof.body === null) {
    throw new LedgerError("a proof without its entry proves nothing");
  }
  const entry = readEntry(proof.body);
  if (entry.index !== proof.index) {
    throw new LedgerError(`the entry says it is number ${entry.index}, the proof says ${proof.index}`);
  }
  await verifyInclusion(proof.index, head, await leafHash(proof.body), proof.hashes);
  return entry;
}

/** The year's list of issuances as of the first `logSize` entries. */
export interface IssuedHead {
  readonly year: number;
  readonly logSize: number;
  readonly count: number;
  readonly sha256: string;
}

/** Read a verified note's text as the head of a year's list. */
export function readIssuedHead(text: string, origin: string): IssuedHead {
  const match = ISSUED.exec(text);
  holdVersion(/^xueshi\/issuances\/v([0-9]{1,9})\n/.exec(text)?.[1], "a list of issuances");
  if (match === null || match[1] !== origin) {
    throw new LedgerError(`not the head of a list of issuances of ${origin}`);
  }
  return { year: Number(match[2]), logSize: Number(match[3]), count: Number(match[4]), sha256: match[5] as string };
}

/** Hold a list against its verified head. */
export async function checkIssued(head: IssuedHead, data: Bytes): Promise<void> {
  if (data.length !== head.count * RECORD || hex(await sha256(data)) !== head.sha256) {
    throw new LedgerError(`not the list of ${head.count} issuances that was signed for ${head.year}`);
  }
}

/** Return the index of the entry of a digest (hexadecimal) in a checked list. */
export function findIssued(data: Bytes, digest: string): number | null {
  const wanted = digest.slice(0, 2 * PREFIX);
  let [low, high] = [0, data.length / RECORD];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (hex(data.subarray(middle * RECORD, middle * RECORD + PREFIX)) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const record = data.subarray(low * RECORD, (low + 1) * RECORD);
  return hex(record.subarray(0, PREFIX)) === wanted ? Number(BigInt(`0x${hex(record.subarray(PREFIX))}`)) : null;
}

