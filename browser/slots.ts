// What deflate cannot shrink, put back into a JSON text after it (QR format 2; verifier/slots.py).

import { encode } from "./base64url.ts";
import { type Bytes, concat, utf8 } from "./bytes.ts";
import { FormatError } from "./errors.ts";

const TEXT_MARK = 1;
const DIGEST_MARK = 2;

/** Put slots where their marks stand: runs of Chinese from UTF-16, digests from raw bytes. */
export function putBack(slots: Uint8Array, marked: Uint8Array, limit: number): Bytes {
  const parts: Uint8Array[] = [];
  let at = 0;
  const take = (count: number): Uint8Array => {
    at += count;
    if (at > slots.length) {
      throw new FormatError("QR frame: a slot for each mark");
    }
    return slots.subarray(at - count, at);
  };
  let from = 0;
  marked.forEach((byte, place) => {
    if (byte === TEXT_MARK || byte === DIGEST_MARK) {
      parts.push(marked.subarray(from, place));
      from = place + 1;
      parts.push(byte === TEXT_MARK ? text(take(2 * (take(1)[0] as number))) : utf8(encode(take(32))));
    }
  });
  const whole = concat(...parts, marked.subarray(from));
  if (at < slots.length || whole.length > limit) {
    throw new FormatError(`QR frame: a mark for each slot, and at most ${limit} bytes`);
  }
  return whole;
}

function text(slot: Uint8Array): Bytes {
  try {
    return utf8(new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true }).decode(slot));
  } catch {
    throw new FormatError("QR frame: slots of UTF-16");
  }
}
