// Published files of the log and how to read them (C2SP tlog-tiles; ledger/tiles.py). Nothing read here is trusted.

import { type Bytes, concat } from "./bytes.ts";
import { LedgerError, SourceError } from "./errors.ts";
import { nodeHash } from "./ledger.ts";

export const WIDTH = 256;
const HASH = 32;

/** From a path such as "tile/0/000.p/5" to the file's bytes; a SourceError where it cannot be had. */
export type Fetch = (path: string) => Promise<Bytes>;

function path(kind: string, n: number, width: number): string {
  const groups = [String(n % 1000).padStart(3, "0")];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${kind}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** How many hashes the n-th tile of a level has in a tree of `size` leaves. */
function tileWidth(size: number, level: number, n: number): number {
  return Math.max(0, Math.min(WIDTH, Math.floor(size / 256 ** level) - n * WIDTH));
}

/** Fetch a partial file, or the full one that may since have replaced it. */
async function fetchOrFull(fetch: Fetch, kind: string, n: number, width: number): Promise<Bytes> {
  try {
    return await fetch(path(kind, n, width));
  } catch (error) {
    if (width === WIDTH || !(error instanceof SourceError)) {
      throw error;
    }
    return fetch(path(kind, n, WIDTH));
  }
}

/** Return the entries of the n-th bundle as far as a tree of `size` leaves has them. */
export async function readBundle(fetch: Fetch, size: number, n: number): Promise<Bytes[]> {
  const width = tileWidth(size, 0, n);
  let full = width === WIDTH;
  let data: Bytes;
  try {
    data = await fetch(path("entries", n, width));
  } catch (error) {
    if (full || !(error instanceof SourceError)) {
      throw error;
    }
    full = true;
    data = await fetch(path("entries", n, WIDTH));
  }
  return decodeBundle(data, full ? WIDTH : width).slice(0, width);
}

function decodeBundle(data: Bytes, count: number): Bytes[] {
  const bodies: Bytes[] = [];
  let at = 0;
  for (let done = 0; done < count; done++) {
    const end = at + 2 + 256 * (data[at] ?? 0) + (data[at + 1] ?? 0);
    if (at + 2 > data.length || end > data.length) {
      throw new LedgerError(`a bundle that ends before its ${count} entries do`);
    }
    bodies.push(data.slice(at + 2, end));
    at = end;
  }
  if (at !== data.length) {
    throw new LedgerError(`a bundle of ${count} entries with bytes too many`);
  }
  return bodies;
}

/** Return the inclusion proof of entry `index` in the tree of `size` leaves, made from its tiles. */
export async function proveInclusion(fetch: Fetch, size: number, index: number): Promise<Bytes[]> {
  const read = new Map<string, Bytes>();
  const tile = async (level: number, n: number): Promise<Bytes> => {
    const key = `${level}/${n}`;
    const width = tileWidth(size, level, n);
    const data = read.get(key) ?? (await fetchOrFull(fetch, String(level), n, width));
    if (data.length !== width * HASH && data.length !== WIDTH * HASH) {
      throw new LedgerError(`tile ${key}: ${data.length} bytes`);
    }
    read.set(key, data);
    return data.slice(0, width * HASH);
  };
  const node = async (height: number, place: number): Promise<Bytes> => {
    const level = Math.floor(height / 8);
    const count = 2 ** (height % 8);
    const first = place * count;
    const data = await tile(level, Math.floor(first / WIDTH));
    const offset = (first % WIDTH) * HASH;
    if (offset + count * HASH > data.length) {
      throw new LedgerError(`no complete subtree ${place} of height ${height} in a tree of ${size}`);
    }
    return rootOf(data.slice(offset, offset + count * HASH));
  };
  const hashes: Bytes[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      hashes.push(await rangeRoot(node, middle, end));
      end = middle;
    } else {
      hashes.push(await rangeRoot(node, start, middle));
      start = middle;
    }
  }
  return hashes.reverse();
}

/** The largest power of two smaller than `count`. */
function splitOf(count: number): number {
  let power = 1;
  while (power * 2 < count) {
    power *= 2;
  }
  return power;
}

async function rangeRoot(node: (height: number, place: number) => Promise<Bytes>, from: number, end: number): Promise<Bytes> {
  const parts: Bytes[] = [];
  for (let start = from; start < end; ) {
    const power = splitOf(end - start + 1);
    parts.push(await node(Math.round(Math.log2(power)), start / power));
    start += power;
  }
  let root = parts.pop() as Bytes;
  while (parts.length > 0) {
    root = await nodeHash(parts.pop() as Bytes, root);
  }
  return root;
}

/** The root over a row of hashes; a last one without a neighbour moves up unchanged. */
async function rootOf(hashes: Bytes): Promise<Bytes> {
  let row: Bytes[] = [];
  for (let at = 0; at < hashes.length; at += HASH) {
    row.push(hashes.slice(at, at + HASH));
  }
  while (row.length > 1) {
    const next: Bytes[] = [];
    for (let at = 0; at < row.length; at += 2) {
      const right = row[at + 1];
      next.push(right ? await nodeHash(row[at] as Bytes, right) : (row[at] as Bytes));
    }
    row = next;
  }
  return row[0] ?? concat();
}

