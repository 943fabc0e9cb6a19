// A bundle for rooms without network, dropped onto the page (verifier/bundle/reading.py): every part is signed.

import { unzipSync } from "fflate";
import { listSums, listZip } from "./archive.ts";
import { type Bytes, isAscii, readUtf8 } from "./bytes.ts";
import { AbsentError, BundleError, SourceError, VerifierError } from "./errors.ts";
import { momentText, toSeconds } from "./fields.ts";
import { crc32 } from "./inflate.ts";
import type { PublicKey } from "./jws.ts";
import { establish } from "./roots.ts";
import type { Seen } from "./seen.ts";
import type { Source } from "./source.ts";
import { openList } from "./status.ts";
import type { TrustList } from "./trust.ts";

export const TRUST = "trust-list.jwt";
const ROOTS = "trust-roots.txt";
const FILES = "files/";
const MAX_PARTS = 10_000;
const MAX_FILE = 8_000_000;
const MAX_LIST = 64_000_000;
const PART = /^files\/[a-z0-9.-]{1,253}(:[0-9]{1,5})?(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;
const LIST = /^status\/[rs][1-9][0-9]{0,5}$/;

/** One file, and its CRC-32 as the ZIP has it: damage is no forgery. */
interface Part {
  readonly data: Bytes;
  readonly sum: number;
}

function whole({ data, sum }: Part): boolean {
  return crc32(data) === sum;
}

/** An opened bundle, as a source of public files. */
export class Bundle implements Source {
  readonly situation = "bundle";
  asOf: string | null = null;

  constructor(
    readonly label: string,
    readonly files: ReadonlyMap<string, Part>,
  ) {}

  text(name: string): string {
    const found = this.files.get(name);
    const read = found && found.data.length <= MAX_FILE && whole(found) ? readUtf8(found.data) : "\u0080";
    if (!isAscii(read)) {
      throw new BundleError(`${this.label}: ${name} is missing or not text`);
    }
    return read;
  }

  async read(base: string, path: string): Promise<Bytes> {
    const found = this.files.get(FILES + base.replace("https://", "") + path);
    if (found === undefined) {
      throw new AbsentError(`${path}: not in the bundle`);
    }
    if (found.data.length > (path.includes("issuances/") ? MAX_LIST : MAX_FILE)) {
      throw new SourceError(`${path}: too large`);
    }
    if (!whole(found)) {
      throw new SourceError(`${path}: the bundle is damaged there`);
    }
    return found.data;
  }

  /** The signed moment of the oldest status list; refuses one that is not the issuer's. */
  async age(trust: TrustList): Promise<string> {
    const moments: number[] = [];
    for (const issuer of trust.issuers) {
      const folder = FILES + issuer.base.replace("https://", "");
      for (const path of [...this.files.keys()].filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length))) {
        if (LIST.test(path)) {
          try {
            moments.push((await openList(issuer.base + path, issuer, trust, this)).issued);
          } catch (error) {
            throw error instanceof VerifierError ? new BundleError(`${this.label}: ${path}: ${error.message}`) : error;
          }
        }
      }
    }
    return momentText(moments.length > 0 ? Math.min(...moments) : toSeconds(trust.issued));
  }
}

function list(data: Bytes, label: string): ReturnType<typeof listZip> {
  try {
    return listZip(data);
  } catch {
    throw new BundleError(`${label}: not a bundle (a ZIP made by \`xueshi bundle make\`)`);
  }
}

/** Say whether a ZIP is a bundle rather than a parcel of certificates. */
export function looksLikeBundle(data: Bytes): boolean {
  return listZip(data).some((part) => part.name === TRUST);
}

/** Open a bundle with the pinned root. */
export async function openBundle(
  data: Bytes,
  label: string,
  pinned: PublicKey,
  now: number,
  seen: Seen | null,
): Promise<{ readonly trust: TrustList; readonly source: Bundle }> {
  const parts = list(data, label);
  if (parts.length > MAX_PARTS) {
    throw new BundleError(`${label}: at most ${MAX_PARTS} files`);
  }
  if (new Set(parts.map((part) => part.name)).size !== parts.length) {
    throw new BundleError(`${label}: a name stands twice`);
  }
  for (const { name, compression, size, originalSize } of parts) {
    if (name !== TRUST && name !== ROOTS && !PART.test(name)) {
      throw new BundleError(`${label}: a file that no bundle has: ${JSON.stringify(name.slice(0, 80))}`);
    }
    if (compression !== 0 || size !== originalSize) {
      throw new BundleError(`${label}: ${name}: neither packed nor encrypted`);
    }
  }
  const unpacked = unzipSync(data) as Record<string, Bytes>;
  const sums = listSums(data);
  const source = new Bundle(label, new Map(parts.map(({ name }, place) => [name, { data: unpacked[name]!, sum: sums[place]! }])));
  const chain = source.files.has(ROOTS) ? source.text(ROOTS) : "";
  const trust = await establish(source.text(TRUST), pinned, chain, now, seen);
  source.asOf = await source.age(trust);
  return { trust, source };
}
