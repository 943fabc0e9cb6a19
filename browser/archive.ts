// A ZIP of certificates, read entry by entry and never unpacked as a whole (verifier/committee/documents.py).

import { unzipSync, type UnzipFileInfo } from "fflate";
import type { Bytes } from "./bytes.ts";
import { InputError } from "./errors.ts";
import { MAX_INPUT } from "./evidence.ts";

const STORED = 0;
const DEFLATED = 8;
const LEADS_OUT = /^[/\\]|(^|[/\\])\.\.([/\\]|$)|^.?.?:/;

/** One file in a ZIP: its name, and its bytes when asked for. */
export interface Entry {
  readonly name: string;
  read(): Bytes;
}

export function looksLikeZip(data: Uint8Array): boolean {
  return data[0] === 0x50 && data[1] === 0x4b && (data[2] === 3 || data[2] === 5);
}

/** List everything in a ZIP, as it describes itself. */
export function listZip(data: Bytes): UnzipFileInfo[] {
  const found: UnzipFileInfo[] = [];
  try {
    unzipSync(data, { filter: (info) => found.push(info) === 0 });
  } catch {
    throw new InputError("压缩包是坏的，打不开", "the ZIP is broken");
  }
  return found;
}

/** The CRC-32 of each entry, as the central directory has it, in the order of `listZip` (PKWARE's APPNOTE, 4.3.12 and 4.3.16). */
export function listSums(data: Bytes): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let end = data.length - 22;
  while (view.getUint32(end, true) !== 0x06054b50) {
    end--;
  }
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: view.getUint16(end + 8, true) }, () => {
    const sum = view.getUint32(at + 16, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    return sum;
  });
}

/** List the files of a ZIP; folders, and what a Mac adds, are left out. */
export function openZip(data: Bytes): Entry[] {
  return listZip(data).flatMap((info, place) =>
    info.name.endsWith("/") || info.name.startsWith("__MACOSX/") ? [] : [{ name: readable(info.name), read: () => extract(data, place, info) }],
  );
}

function extract(data: Bytes, number: number, { name, originalSize: size, compression }: UnzipFileInfo): Bytes {
  if (LEADS_OUT.test(name)) {
    throw new InputError("压缩包里的路径指向包外，没有读取", "its path leads out of the ZIP; it was not read");
  }
  if (size > MAX_INPUT) {
    throw new InputError(`解开后超过 ${MAX_INPUT / 1e6} MB`, `larger than ${MAX_INPUT} bytes when unpacked`);
  }
  let place = -1;
  let found: Uint8Array | undefined;
  try {
    // with its size given, unpacking stops there, whatever the packed bytes would become
    found = Object.values(unzipSync(data, { filter: () => ++place === number }))[0];
  } catch {
    found = undefined;
  }
  if (found === undefined || found.length !== size || (compression !== STORED && compression !== DEFLATED)) {
    throw new InputError("压缩包里的这一项是坏的，或有密码", "this entry of the ZIP is broken, or asks for a password");
  }
  return found as Bytes;
}

/** Chinese Windows writes names in GB18030 without saying so; fflate then gives each byte as one character. */
function readable(name: string): string {
  const bytes = Uint8Array.from(name, (character) => character.charCodeAt(0));
  if (!/[\x80-\xff]/.test(name) || /[^\x00-\xff]/.test(name)) {
    return name;
  }
  try {
    return new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  } catch {
    return name;
  }
}
