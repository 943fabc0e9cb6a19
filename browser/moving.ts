// Whether a picture moves: a browser reads its first frame alone, and a person sees the others too.

import type { Bytes } from "./bytes.ts";

const PNG_HEAD = 8;
const GIF_HEAD = 13;
const GIF_IMAGE = 0x2c;
const GIF_EXTENSION = 0x21;

/** Say whether a PNG, WebP or GIF claims more than one frame. */
export function moves(data: Bytes): boolean {
  const text = (at: number, size: number): string => String.fromCharCode(...data.subarray(at, at + size));
  if (text(1, 3) === "PNG") {
    return animatedPng(new DataView(data.buffer, data.byteOffset, data.byteLength), text);
  }
  if (text(0, 4) === "RIFF" && text(8, 8) === "WEBPVP8X") {
    return ((data[20] ?? 0) & 0x02) !== 0;
  }
  return text(0, 4) === "GIF8" && framesOfGif(data) > 1;
}

function animatedPng(view: DataView, text: (at: number, size: number) => string): boolean {
  for (let at = PNG_HEAD; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const kind = text(at + 4, 4);
    if (kind === "acTL" || kind === "IDAT") {
      return kind === "acTL";
    }
  }
  return false;
}

function framesOfGif(data: Bytes): number {
  const byte = (at: number): number => data[at] ?? 0;
  const table = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const afterBlocks = (from: number): number => {
    let at = from;
    while (byte(at) > 0) {
      at += 1 + byte(at);
    }
    return at + 1;
  };
  let frames = 0;
  for (let at = GIF_HEAD + table(byte(10)); at < data.length && frames < 2; ) {
    if (byte(at) === GIF_EXTENSION) {
      at = afterBlocks(at + 2);
    } else if (byte(at) === GIF_IMAGE) {
      frames += 1;
      at = afterBlocks(at + 11 + table(byte(at + 9)));
    } else {
      break;
    }
  }
  return frames;
}
