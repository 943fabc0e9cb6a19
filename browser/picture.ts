// A photo or scan of paper, read on the device (verifier/image.py). What the browser can show, it can read.

import { join, readCodes, sortCodes, surface } from "./codes.ts";
import { InputError } from "./errors.ts";
import { type Evidence, NOTHING } from "./evidence.ts";
import type { Dictionaries } from "./transport.ts";

/** Pixels of one picture: an A4 page at 600 dpi has 35 million. */
const MAX_PIXELS = 80_000_000;

export async function readPicture(data: Blob, name: string, dictionaries: Dictionaries): Promise<Evidence> {
  const codes = join([sortCodes(await readCodes(await draw(data)), "QR on page 1", dictionaries)]);
  if (codes.findings.length === 0 && codes.unreadable.length === 0) {
    throw new InputError("图上没有读到证明的二维码，请拍近一些、平一些", "no certificate's QR was read in the picture");
  }
  return { ...NOTHING, name, kind: "scan", ...codes };
}

/** Draw a picture, after a look at its size: an element knows it from the head of the file, before any pixel is made. */
async function draw(data: Blob): Promise<CanvasRenderingContext2D> {
  const url = URL.createObjectURL(data);
  try {
    const picture = new Image();
    picture.src = url;
    await loaded(picture);
    const { naturalWidth: width, naturalHeight: height } = picture;
    if (width * height > MAX_PIXELS) {
      throw new InputError(
        `图片有 ${width} × ${height} 像素，至多 ${MAX_PIXELS / 1e6} 百万像素`,
        `a picture of ${width} × ${height} pixels; at most ${MAX_PIXELS / 1e6} million`,
      );
    }
    const sheet = surface(width, height);
    sheet.drawImage(picture, 0, 0);
    return sheet;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function loaded(picture: HTMLImageElement): Promise<void> {
  await new Promise<void>((done, failed) => {
    picture.onload = () => done();
    picture.onerror = () => failed(new InputError("图片是坏的，或不是浏览器认得的格式", "a broken picture, or of a kind that this browser does not know"));
  });
}
