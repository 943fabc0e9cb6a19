// What a PDF holds that the browser checks: attachments and the QR codes on its pages (verifier/pdf.py), by pdf.js.
// The words on the page are not compared here, so that no PDF is ever called genuine by this page alone.

import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy, type PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { Bytes } from "./bytes.ts";
import { type Codes, join, readCodes, sortCodes, surface } from "./codes.ts";
import { InputError } from "./errors.ts";
import { type Evidence, type Finding, NOTHING, TOKEN, type Unreadable } from "./evidence.ts";
import type { Dictionaries } from "./transport.ts";

const CREDENTIAL = "credential.jwt";
const PROOF = "ledger-proof.txt";
const LINES = "lines.json";
const MAX_PAGES = 30;
const MAX_ATTACHMENTS = 20;
const MAX_ATTACHMENT = 2_000_000;
const DPI = 200;
/** Pixels of a drawn page; a larger page is drawn more coarsely. */
const MAX_DRAWN = 25_000_000;
/** Share of a page that one picture covers when the page is a scan. */
const COVERS = 0.8;
/** Milliseconds after which a PDF is given up. */
const PATIENCE = 30_000;
/** Of FileSpec objects: what pdf.js tells of an attachment. */
interface Attached {
  readonly filename: string;
}

/** Where pdf.js finds its second half, and its decoders of old kinds of pictures; from our own origin. */
export interface PdfPlaces {
  readonly worker: string;
  readonly folder: string;
}

export async function readPdf(data: Bytes, name: string, dictionaries: Dictionaries, places: PdfPlaces): Promise<Evidence> {
  GlobalWorkerOptions.workerSrc = places.worker;
  const task = getDocument({
    data: data.slice(), // pdf.js keeps what it is given
    wasmUrl: places.folder,
    useSystemFonts: false,
    disableFontFace: true,
    stopAtErrors: false,
    maxImageSize: MAX_DRAWN * 4,
    verbosity: 0,
  });
  const giveUp = setTimeout(() => void task.destroy(), PATIENCE);
  try {
    return await read(await task.promise, name, dictionaries);
  } catch (error) {
    throw refusal(error, task.destroyed);
  } finally {
    clearTimeout(giveUp);
    await task.destroy();
  }
}

/** Say in words why a PDF could not be read. */
function refusal(error: unknown, late: boolean): unknown {
  if (error instanceof InputError) {
    return error;
  }
  if (late) {
    return new InputError(`${PATIENCE / 1000} 秒没有读完，停下了`, `not read within ${PATIENCE / 1000} seconds`);
  }
  if (error instanceof Error && error.name === "PasswordException") {
    return new InputError("有密码，请本人提供没有密码的文件", "it asks for a password");
  }
  return new InputError("文件损坏，打不开", "the file is broken");
}

async function read(document: PDFDocumentProxy, name: string, dictionaries: Dictionaries): Promise<Evidence> {
  const attachments = (await document.getAttachments()) as Map<string, Attached> | null;
  const count = attachments?.size ?? 0;
  if (document.numPages > MAX_PAGES || count > MAX_ATTACHMENTS) {
    throw new InputError(
      `${document.numPages} 页、${count} 个附件；至多 ${MAX_PAGES} 页、${MAX_ATTACHMENTS} 个附件`,
      `${document.numPages} pages, ${count} attachments; at most ${MAX_PAGES} and ${MAX_ATTACHMENTS}`,
    );
  }
  const attached = await readAttachments(document, attachments ?? new Map());
  const pages: Codes[] = [];
  let scanned = attached.findings.length === 0;
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    pages.push(sortCodes(await readCodes(await draw(page)), `QR on page ${number}`, dictionaries));
    scanned &&= covered(page);
    page.cleanup();
  }
  const codes = join(pages);
  const findings = [...attached.findings, ...codes.findings];
  const unreadable = [...attached.unreadable, ...codes.unreadable];
  if (findings.length === 0 && unreadable.length === 0) {
    throw new InputError("PDF 里没有凭证附件，页面上也没有本系统的二维码", "no credential in this PDF");
  }
  return {
    ...NOTHING,
    name,
    kind: scanned ? "scan" : "pdf",
    findings,
    unreadable,
    otherCodes: codes.otherCodes,
    proof: attached.files.get(PROOF) ?? null,
    lines: attached.files.get(LINES) ?? null,
    pdfSignatures: (await document.getSignatures())?.length ?? 0,
  };
}

interface Attachments {
  readonly findings: Finding[];
  readonly unreadable: Unreadable[];
  readonly files: Map<string, Bytes>;
}

async function readAttachments(document: PDFDocumentProxy, named: ReadonlyMap<string, Attached>): Promise<Attachments> {
  const made: Attachments = { findings: [], unreadable: [], files: new Map() };
  for (const [id, { filename }] of named) {
    const data = ((await document.getAttachmentContent(id)) ?? new Uint8Array()) as Bytes;
    if (data.length > MAX_ATTACHMENT) {
      throw new InputError(`附件太大，至多 ${MAX_ATTACHMENT} 字节`, `an attachment of ${data.length} bytes; at most ${MAX_ATTACHMENT}`);
    }
    sortAttachment(filename.replace(/[^\p{L}\p{N}_.()（） -]/gu, "_").slice(0, 64), data, made);
  }
  return made;
}

function sortAttachment(name: string, data: Bytes, made: Attachments): void {
  const where = `attachment ${name}`;
  if (name === PROOF || name === LINES) {
    if (made.files.has(name)) {
      made.unreadable.push({ where, why: "attached twice", newer: false });
    }
    made.files.set(name, data);
    return;
  }
  const token = new TextDecoder("latin1").decode(data).trim();
  if (TOKEN.test(token)) {
    made.findings.push({ jws: token, where, host: null, index: null });
  } else if (name === CREDENTIAL) {
    made.unreadable.push({ where, why: "not a compact JWS", newer: false });
  }
}

async function draw(page: PDFPageProxy): Promise<CanvasRenderingContext2D> {
  const { width, height } = page.getViewport({ scale: 1 });
  const scale = Math.min(DPI / 72, Math.sqrt(MAX_DRAWN / Math.max(width * height, 1)));
  const viewport = page.getViewport({ scale });
  const sheet = surface(viewport.width, viewport.height);
  await page.render({ canvas: sheet.canvas, viewport, recordImages: true }).promise;
  return sheet;
}

/** Say whether one picture covers the page: then its text, if any, is somebody's character recognition. */
function covered(page: PDFPageProxy): boolean {
  const corners = page.imageCoordinates as ArrayLike<number> | null;
  const at = (place: number): number => corners?.[place] ?? 0;
  for (let first = 0; first < (corners?.length ?? 0); first += 6) {
    const [x, y] = [at(first), at(first + 1)];
    const area = (at(first + 2) - x) * (at(first + 5) - y) - (at(first + 3) - y) * (at(first + 4) - x);
    if (Math.abs(area) >= COVERS) {
      return true;
    }
  }
  return false;
}
