// The text in the QR: a JWS, losslessly compressed into digits behind a URL (verifier/transport.py; docs/format.md, 6).

import { encode } from "./base64url.ts";
import { type Bytes, concat } from "./bytes.ts";
import { FormatError, NewerError } from "./errors.ts";
import { inflateRaw } from "./inflate.ts";
import { split } from "./jws.ts";
import { putBack } from "./slots.ts";

const MAX_DIGITS = 2600;
export const MAX_TEXT = 3000;
const MAX_PLAIN = 8192;
const SIGNATURE = 64;
const GROUP = 7;
const GROUP_DIGITS = 17;
/** Digits for 0 to 6 bytes. */
const TAIL_DIGITS = [0, 3, 5, 8, 10, 13, 15];
const MAX_UVARINT = 8;
const URL_TEXT = /^https?:\/\/[^\s#]{1,300}\/v#([0-9]*)$/;
const BARE = /^[0-9]{200,}$/;

/** Dictionaries by number; 0 is empty. */
export type Dictionaries = ReadonlyMap<number, Uint8Array>;

/** What a QR text says; nothing is verified. */
export interface QrContent {
  readonly jws: string;
  /** Index of the issuance entry, a hint. */
  readonly index: number | null;
  /** Host (with port) of the URL; null when there was no URL. */
  readonly host: string | null;
}

/** Say whether a text claims to be one of our QR codes. */
export function looksLikeQr(text: string): boolean {
  return URL_TEXT.test(text) || BARE.test(text);
}

/** Read a QR's text, or its digits alone, whatever the host. */
export function decodeQr(text: string, dictionaries: Dictionaries): QrContent {
  const url = URL_TEXT.exec(text);
  const frame = fromDigits(url ? (url[1] ?? "") : text);
  const form = (frame[0] ?? 0) >> 4;
  const dictionary = (frame[0] ?? 0) & 15;
  if (form !== 1 && form !== 2) {
    throw new NewerError(`QR format ${form}; this verifier knows 1 and 2`);
  }
  const [index, rest] = readUvarint(frame.subarray(1));
  const signature = rest.subarray(0, SIGNATURE);
  const plain = readBody(rest.subarray(SIGNATURE), form, dictionary, dictionaries);
  const mark = plain.indexOf(0);
  if (mark < 0 || signature.length !== SIGNATURE) {
    throw new FormatError("QR frame: a header, 0x00, a payload, and a signature of 64 bytes");
  }
  const jws = [plain.subarray(0, mark), plain.subarray(mark + 1), signature].map(encode).join(".");
  split(jws);
  return { jws, index: index > 0 ? index - 1 : null, host: url ? hostOf(text) : null };
}

function readBody(body: Bytes, form: number, number: number, dictionaries: Dictionaries): Uint8Array {
  const dictionary = number === 0 ? new Uint8Array() : dictionaries.get(number);
  if (dictionary === undefined) {
    throw new NewerError(`QR dictionary ${number}, which this verifier does not know`);
  }
  if (form === 1) {
    return inflateRaw(body, MAX_PLAIN, dictionary);
  }
  const [length, after] = readUvarint(body);
  return putBack(after.subarray(0, length), inflateRaw(after.subarray(length), MAX_PLAIN, dictionary), MAX_PLAIN);
}

/** The part of a URL between "//" and the next "/", "?" or "#", as it is written. */
function hostOf(text: string): string {
  return /^https?:\/\/([^/?#]*)/.exec(text)?.[1] ?? "";
}

function fromDigits(digits: string): Bytes {
  if (!/^[0-9]+$/.test(digits) || digits.length > MAX_DIGITS) {
    throw new FormatError(`at most ${MAX_DIGITS} digits, and nothing else`);
  }
  if (!TAIL_DIGITS.includes(digits.length % GROUP_DIGITS)) {
    throw new FormatError("digits that make whole bytes; some are missing");
  }
  const parts: Uint8Array[] = [];
  for (let at = 0; at < digits.length; at += GROUP_DIGITS) {
    const group = digits.slice(at, at + GROUP_DIGITS);
    const size = group.length === GROUP_DIGITS ? GROUP : TAIL_DIGITS.indexOf(group.length);
    let value = BigInt(group);
    const bytes = new Uint8Array(size);
    for (let place = 0; place < size; place++, value >>= 8n) {
      bytes[place] = Number(value & 0xffn);
    }
    if (value > 0n) {
      throw new FormatError("digit groups within their bytes");
    }
    parts.push(bytes);
  }
  return concat(...parts);
}

/** Read a number in its shortest form, least significant seven bits first; return it with what follows. */
function readUvarint(data: Bytes): [number, Bytes] {
  let value = 0n;
  for (let size = 0; size < Math.min(MAX_UVARINT, data.length); size++) {
    const byte = data[size] as number;
    value |= BigInt(byte & 0x7f) << BigInt(7 * size);
    if (byte < 0x80) {
      if (size > 0 && byte === 0) {
        break;
      }
      return [Number(value), data.subarray(size + 1)];
    }
  }
  throw new FormatError(`QR frame: a number of at most ${MAX_UVARINT} bytes in its shortest form`);
}

