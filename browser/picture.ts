// A photo or scan of paper, read on the device (verifier/image.py). What the browser can show, it can read.

import type { Bytes } from "./bytes.ts";
import { join, readCodes, sortCodes, surface } from "./codes.ts";
import { InputError } from "./errors.ts";
import { type Evidence, NOTHING } from "./evidence.ts";
import { moves } from "./moving.ts";
import type { Dictionaries } from "./transport.ts";

/** Pixels of one picture: an A4 page at 600 dpi has 35 million. */
const MAX_PIXELS = 80_000_000;
/** First bytes of two kinds of pictures. */
const PNG = 0x89;
const JPEG = 0xff;

export async function readPicture(data: Bytes, name: string, dictionaries: Dictionaries): Promise<Evidence> {
  const codes = join([sortCodes(await readCodes(await draw(data)), "QR on page 1", dictionaries)]);
  if (codes.findings.length === 0 && codes.unreadable.length === 0) {
    throw new InputError("图上没有读到证明的二维码，请拍近一些、平一些", "no certificate's QR was read in the picture");
  }
  return { ...NOTHING, name, kind: "scan", ...codes };
}

/** Draw a picture, after a look at its size. */
async function draw(data: Bytes): Promise<CanvasRenderingContext2D> {
  bound(...(claimed(data) ?? [0, 0]));
  if (moves(data)) {
    throw new InputError("这是会动的图，请给出静止的照片", "a picture that moves: give a still photo");
  }
  const url = URL.createObjectURL(new Blob([data]));
  try {
    const picture = new Image();
    picture.src = url;
    await loaded(picture);
    const { naturalWidth: width, naturalHeight: height } = picture;
    bound(width, height);
    const sheet = surface(width, height);
    sheet.drawImage(picture, 0, 0);
    return sheet;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function bound(width: number, height: number): void {
  if (width * height > MAX_PIXELS) {
    throw new InputError(
      `图片有 ${width} × ${height} 像素，至多 ${MAX_PIXELS / 1e6} 百万像素`,
      `a picture of ${width} × ${height} pixels; at most ${MAX_PIXELS / 1e6} million`,
    );
  }
}

/** The size that the head of a PNG or JPEG claims, so that too large a one never reaches a decoder; null for other kinds. */
function claimed(data: Bytes): [number, number] | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data[0] === PNG && data.length >= 24) {
    return [view.getUint32(16), view.getUint32(20)];
  }
  for (let at = 2; data[0] === JPEG && at + 9 <= data.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    }
  }
  return null;
}

async function loaded(picture: HTMLImageElement): Promise<void> {
  await new Promise<void>((done, failed) => {
    picture.onload = () => done();
    picture.onerror = () => failed(new InputError("图片是坏的，或不是浏览器认得的格式", "a broken picture, or of a kind that this browser does not know"));
  });
}
