// Signed notes: text with signature lines beneath it (C2SP signed-note), and cosignatures (ledger/note.py, cosignature.py).

import { verifyAsync } from "@noble/ed25519";
import { type Bytes, concat, fromBase64, hex, readUtf8, same, sha256, utf8 } from "./bytes.ts";
import { LedgerError } from "./errors.ts";

export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;
const TIME = 8;

/** A public key under a name; `type` says whether it is a log's or a witness's. */
export interface NoteKey {
  readonly name: string;
  readonly type: number;
  readonly id: Bytes;
  readonly public: Bytes;
}

interface Signature {
  readonly name: string;
  readonly id: Bytes;
  readonly blob: Bytes;
}

/** Read a verifier key: name+8 hexadecimal digits+Base64. */
export async function readVkey(vkey: string, type: number): Promise<NoteKey> {
  const [, name = "", stated = "", encoded = ""] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(vkey) ?? [];
  checkName(name);
  const raw = base64(encoded);
  if (raw.length !== 33 || raw[0] !== type) {
    throw new LedgerError(`a verifier key of type ${type}`);
  }
  const id = (await sha256(concat(utf8(`${name}\n`), raw))).slice(0, 4);
  if (hex(id) !== stated) {
    throw new LedgerError(`the id ${stated} does not belong to the key of ${name}`);
  }
  return { name, type, id, public: raw.slice(1) };
}

/** Take a signed note apart without trusting it. */
export function parse(data: Uint8Array): { text: Bytes; signatures: Signature[] } {
  let whole: string;
  try {
    whole = readUtf8(data);
  } catch {
    throw new LedgerError("a note is UTF-8");
  }
  const at = whole.lastIndexOf("\n\n");
  const lines = whole.slice(at + 2);
  if (data.length > MAX_NOTE || /[\x00-\x09\x0b-\x1f]/.test(whole) || at < 0 || !lines.endsWith("\n")) {
    throw new LedgerError("a note is a text, an empty line and signature lines");
  }
  const rows = lines.slice(0, -1).split("\n");
  if (rows.length > MAX_SIGNATURES) {
    throw new LedgerError(`a note with ${rows.length} signatures; at most ${MAX_SIGNATURES}`);
  }
  return { text: utf8(whole.slice(0, at + 1)), signatures: rows.map(readLine) };
}

function readLine(row: string): Signature {
  const [, name = "", encoded = ""] = /^— ([^ ]*) (.*)$/su.exec(row) ?? [];
  checkName(name);
  const raw = base64(encoded);
  if (raw.length < 5) {
    throw new LedgerError(`a signature by ${name} is too short to be one`);
  }
  return { name, id: raw.slice(0, 4), blob: raw.slice(4) };
}

/** Verify every signature by a known key; return the note's text and the keys that have signed it. */
export async function openNote(data: Uint8Array, keys: readonly NoteKey[]): Promise<{ text: string; signers: Set<NoteKey> }> {
  const { text, signatures } = parse(data);
  const signers = new Set<NoteKey>();
  for (const signature of signatures) {
    const key = keys.find((each) => each.name === signature.name && same(each.id, signature.id));
    if (key === undefined) {
      continue;
    }
    if (!(await holds(key, text, signature.blob))) {
      throw new LedgerError(`the signature by ${signature.name} does not verify`);
    }
    signers.add(key);
  }
  if (signers.size === 0) {
    throw new LedgerError("no signature by a known key");
  }
  return { text: readUtf8(text), signers };
}

async function holds(key: NoteKey, text: Bytes, blob: Bytes): Promise<boolean> {
  if (key.type === ED25519) {
    return verifyEd25519(key.public, text, blob);
  }
  if (blob.length !== TIME + 64) {
    return false;
  }
  const seconds = new DataView(blob.buffer, blob.byteOffset).getBigUint64(0);
  if (seconds >= 2n ** 63n) {
    return false;
  }
  return verifyEd25519(key.public, concat(utf8(`cosignature/v1\ntime ${seconds}\n`), text), blob.slice(TIME));
}

/** Verify by WebCrypto; where a browser's has no Ed25519, by a library. */
async function verifyEd25519(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  if (signature.length !== 64) {
    return false;
  }
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch {
    return verifyAsync(signature, message, key, { zip215: false }).catch(() => false);
  }
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}

function checkName(name: string): void {
  if (name === "" || name.includes("+") || /[\s\x00-\x1f\x85]/.test(name)) {
    throw new LedgerError(`${JSON.stringify(name)} cannot be a key's name`);
  }
}

function base64(text: string): Bytes {
  const raw = fromBase64(text);
  if (raw === null) {
    throw new LedgerError("Base64 in its canonical spelling");
  }
  return raw;
}
