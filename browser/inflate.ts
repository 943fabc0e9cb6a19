// DEFLATE read to its end and no further, within a limit: raw with a dictionary (RFC 1951), and gzip of one member (RFC 1952).

import { Inflate } from "pako";
import { type Bytes, concat } from "./bytes.ts";
import { FormatError } from "./errors.ts";

const HEADER = 10;
const TRAILER = 8;

/** What came out, and how many bytes of the input were left over. */
function inflate(data: Uint8Array, limit: number, dictionary?: Uint8Array): { out: Bytes; left: number } {
  const reader = new Inflate({ raw: true, chunkSize: 16_384, ...(dictionary?.length ? { dictionary } : {}) });
  const parts: Uint8Array[] = [];
  let size = 0;
  reader.onData = (part) => {
    size += part.length;
    if (size > limit) {
      throw new FormatError(`DEFLATE data of at most ${limit} bytes`);
    }
    parts.push(part as Uint8Array);
  };
  reader.push(data as Bytes, true);
  if (reader.err !== 0 || !reader.ended) {
    throw new FormatError("broken DEFLATE data");
  }
  return { out: concat(...parts), left: (reader as unknown as { strm: { avail_in: number } }).strm.avail_in };
}

/** Inflate raw data that ends with its input. */
export function inflateRaw(data: Uint8Array, limit: number, dictionary: Uint8Array): Bytes {
  const { out, left } = inflate(data, limit, dictionary);
  if (left > 0) {
    throw new FormatError("DEFLATE data that ends with the frame");
  }
  return out;
}

/** Unpack one gzip member with nothing after it. */
export function gunzip(data: Uint8Array, limit: number): Bytes {
  const flags = data[3] ?? 0;
  if (data[0] !== 0x1f || data[1] !== 0x8b || data[2] !== 8 || flags > 0x1f) {
    throw new FormatError("gzip");
  }
  let at = HEADER;
  if (flags & 0x04) {
    at += 2 + (data[at] ?? 0) + 256 * (data[at + 1] ?? 0);
  }
  for (const bit of [0x08, 0x10]) {
    if (flags & bit) {
      const end = data.indexOf(0, at);
      at = end < 0 ? data.length : end + 1;
    }
  }
  at += flags & 0x02 ? 2 : 0;
  const { out, left } = inflate(data.subarray(at), limit);
  const view = new DataView(data.buffer, data.byteOffset);
  if (left !== TRAILER) {
    throw new FormatError("gzip of one member with nothing after it");
  }
  if (view.getUint32(data.length - 8, true) !== crc32(out) || view.getUint32(data.length - 4, true) !== out.length) {
    throw new FormatError("gzip whose checksum holds");
  }
  return out;
}

/** The checksum of ZIP and gzip. */
export function crc32(data: Uint8Array): number {
  let value = ~0;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      value = (value >>> 1) ^ (0xedb88320 & -(value & 1));
    }
  }
  return ~value >>> 0;
}
