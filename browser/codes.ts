// QR codes out of pixels: photos, pages of a PDF, frames of a camera (verifier/image.py).

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { type Finding, readCode, sort, type Unreadable } from "./evidence.ts";
import { type Dictionaries, looksLikeQr } from "./transport.ts";

/** Largest result, in pixels, of enlarging a picture for a second look. */
const ENLARGED = 16_000_000;

/** What the codes of an input say. */
export interface Codes {
  readonly found: readonly (Finding | Unreadable)[];
  readonly others: readonly string[];
}

/** Say where zxing's program is; from our own origin. */
export function setReader(url: string): void {
  prepareZXingModule({ overrides: { locateFile: () => url } });
}

/** Return the texts of all QR codes in a picture, looking a second time, enlarged, when there is none of ours. */
export async function readCodes(picture: CanvasRenderingContext2D): Promise<string[]> {
  const { width, height } = picture.canvas;
  const texts = await decode(picture);
  if (texts.some(looksLikeQr) || 4 * width * height > ENLARGED) {
    return texts;
  }
  const larger = surface(2 * width, 2 * height);
  larger.imageSmoothingQuality = "high";
  larger.drawImage(picture.canvas, 0, 0, 2 * width, 2 * height);
  return [...new Set([...texts, ...(await decode(larger))])];
}

/** One look, as at a frame of a camera. */
export async function decode(picture: CanvasRenderingContext2D): Promise<string[]> {
  const pixels = picture.getImageData(0, 0, picture.canvas.width, picture.canvas.height);
  return (await readBarcodes(pixels, { formats: ["QRCode"] })).map((each) => each.text);
}

/** Tell each code to be one of ours, one of ours that is broken, or another's. */
export function sortCodes(texts: readonly string[], where: string, dictionaries: Dictionaries): Codes {
  return {
    found: texts.filter(looksLikeQr).map((text) => readCode(text, where, dictionaries)),
    others: texts.filter((text) => !looksLikeQr(text)),
  };
}

/** Put the codes of several pages together. */
export function join(pages: readonly Codes[]): ReturnType<typeof sort> & { otherCodes: string[] } {
  return { ...sort(pages.flatMap((each) => each.found)), otherCodes: pages.flatMap((each) => each.others) };
}

/** A white sheet to draw on. */
export function surface(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return context;
}
