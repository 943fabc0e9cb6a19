// Scanning with the device's camera, frame by frame, on the device. Where there is none or it is not allowed, a photo does as well.

import { decode, surface } from "./codes.ts";
import { InputError } from "./errors.ts";
import { looksLikeQr } from "./transport.ts";

/** Milliseconds between two looks, so that a phone stays cool. */
const PAUSE = 120;
/** Longer side, in pixels, of the frame that is looked at; the QR of a certificate has up to 85 modules a side. */
const LOOKED_AT = 1600;

/** A camera that is looking; `stop` lets go of it. */
export interface Scan {
  /** The text of the first of our codes that comes into view; null when stopped before. */
  readonly found: Promise<string | null>;
  stop(): void;
}

/** Say whether this browser can offer a camera at all: WeChat's, for one, may not. */
export function hasCamera(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}

/** Show what the camera sees in `view` and look for a code of ours. */
export async function scan(view: HTMLVideoElement): Promise<Scan> {
  const stream = await openCamera();
  let on = true;
  const stop = (): void => {
    on = false;
    view.srcObject = null;
    for (const track of stream.getTracks()) {
      track.stop();
    }
  };
  view.srcObject = stream;
  await view.play();
  const look = async (): Promise<string | null> => {
    while (on) {
      const text = await lookOnce(view);
      if (text !== undefined) {
        stop();
        return text;
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
    return null;
  };
  return { found: look(), stop };
}

async function openCamera(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
      audio: false,
    });
  } catch (error) {
    const denied = error instanceof DOMException && error.name === "NotAllowedError";
    throw denied
      ? new InputError("没有得到使用相机的允许。请改为拍照，再选照片", "the camera is not allowed; take a photo and choose it instead")
      : new InputError("打不开相机。请改为拍照，再选照片", "the camera does not open; take a photo and choose it instead");
  }
}

async function lookOnce(view: HTMLVideoElement): Promise<string | undefined> {
  const { videoWidth: width, videoHeight: height } = view;
  if (width === 0) {
    return undefined;
  }
  const scale = Math.min(1, LOOKED_AT / Math.max(width, height));
  const sheet = surface(width * scale, height * scale);
  sheet.drawImage(view, 0, 0, sheet.canvas.width, sheet.canvas.height);
  return (await decode(sheet)).find(looksLikeQr);
}
