// One file to what it holds, whatever kind of file it is (verifier/evidence.py).

import { type Bytes, readUtf8 } from "./bytes.ts";
import { InputError } from "./errors.ts";
import { type Evidence, MAX_INPUT, readText } from "./evidence.ts";
import type { PdfPlaces } from "./pdf.ts";
import { readPicture } from "./picture.ts";
import type { Dictionaries } from "./transport.ts";

/** How many of a file's first bytes may come before what makes it a PDF. */
const HEAD = 1024;
const PICTURES = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "RIFF", "II*\x00", "MM\x00*", "GIF8", "BM"];

export async function readFile(data: Bytes, name: string, dictionaries: Dictionaries, places: PdfPlaces): Promise<Evidence> {
  if (data.length === 0) {
    throw new InputError("文件是空的", "the file is empty");
  }
  if (data.length > MAX_INPUT) {
    throw new InputError(`文件超过 ${MAX_INPUT / 1e6} MB`, `larger than ${MAX_INPUT} bytes`);
  }
  const head = String.fromCharCode(...data.subarray(0, HEAD)); // each byte one character
  if (head.includes("%PDF-")) {
    const { readPdf } = await import("./pdf.ts"); // pdf.js, fetched with the first PDF
    return readPdf(data, name, dictionaries, places);
  }
  if (PICTURES.some((each) => head.startsWith(each)) || head.slice(4, 12) === "ftypheic") {
    return readPicture(data, name, dictionaries);
  }
  return readText(text(data), name, dictionaries);
}

function text(data: Bytes): string {
  try {
    return readUtf8(data);
  } catch {
    throw new InputError("认不出是什么文件", "not a kind of file that is known here");
  }
}
