// What people drop or choose: files, ZIPs with files in them, and a bundle for rooms without network. Within limits, each with its answer.

import { looksLikeZip, openZip } from "./archive.ts";
import { looksLikeBundle } from "./bundle.ts";
import type { Bytes } from "./bytes.ts";
import { InputError } from "./errors.ts";
import { MAX_INPUT } from "./evidence.ts";
import type { Parcel } from "./trusted.ts";

/** Documents that this page verifies at one time; more are for `xueshi committee verify`. */
export const MAX_DOCUMENTS = 500;
/** Bytes of one ZIP or bundle. */
export const MAX_ZIP = 200_000_000;
const HEAD = 4;

/** One thing to verify, read when its turn comes. */
export interface Document {
  readonly name: string;
  read(): Promise<Bytes>;
}

/** All that was given, in order. */
export interface Gathered {
  readonly documents: readonly Document[];
  readonly bundle: Parcel | null;
}

export async function gather(files: readonly File[]): Promise<Gathered> {
  const documents: Document[] = [];
  let bundle: Parcel | null = null;
  for (const file of files) {
    const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
    if (!looksLikeZip(head)) {
      documents.push({ name: file.name, read: () => whole(file, MAX_INPUT) });
      continue;
    }
    try {
      const data = await whole(file, MAX_ZIP);
      if (looksLikeBundle(data)) {
        bundle = { name: file.name, data };
      } else {
        documents.push(...openZip(data).map(({ name, read }) => ({ name: `${file.name}/${name}`, read: async () => read() })));
      }
    } catch (error) {
      documents.push({ name: file.name, read: () => Promise.reject(error) });
    }
    if (documents.length > MAX_DOCUMENTS) {
      break;
    }
  }
  if (documents.length > MAX_DOCUMENTS) {
    throw new InputError(
      `一次至多 ${MAX_DOCUMENTS} 份，请分几次放入；更多请用命令行 xueshi committee verify`,
      `at most ${MAX_DOCUMENTS} at a time; for more use the command line, xueshi committee verify`,
    );
  }
  return { documents, bundle };
}

async function whole(file: File, limit: number): Promise<Bytes> {
  if (file.size > limit) {
    throw new InputError(`文件超过 ${limit / 1e6} MB`, `larger than ${limit / 1e6} MB`);
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new InputError("文件读不出来，可能已被移走", "the file cannot be read; it may have been moved");
  }
}
