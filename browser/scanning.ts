// The panel for scanning: the camera where there is one and it is allowed, else a photo of the code.

import { hasCamera, scan, type Scan } from "./camera.ts";
import { say } from "./elements.ts";
import { InputError } from "./errors.ts";
import { leave, place } from "./screen.ts";

let scanning: Scan | null = null;

/** Set up the panel; `found` takes the text of a code, `photo` a picture of one. */
export function offerCamera(found: (text: string) => void, photo: (picture: File) => void): void {
  const field = place("photo") as HTMLInputElement;
  field.addEventListener("change", () => {
    const [picture] = field.files ?? [];
    field.value = "";
    if (picture) {
      photo(picture);
    }
  });
  place("camera").addEventListener("click", () => void useCamera(found));
  place("stop").addEventListener("click", () => {
    scanning?.stop();
    place("camera").focus();
  });
  if (!hasCamera()) {
    instead(
      say(
        "这个浏览器不让网页用相机，微信里常见。请拍下二维码，或从右上角菜单选“在浏览器打开”。",
        "This browser gives no page a camera, as in WeChat. Take a photo of the code, or choose “open in browser” in the menu.",
      ),
    );
  }
}

/** Scan; what was answered before goes away, so that it is not taken for the answer to what is in view now. */
export async function useCamera(found: (text: string) => void): Promise<void> {
  const view = place("view") as HTMLVideoElement;
  const looking = (on: boolean): void => {
    view.hidden = place("looking").hidden = place("stop").hidden = !on;
    place("camera").hidden = on;
  };
  leave();
  try {
    looking(true);
    place("stop").focus();
    scanning = await scan(view);
    const text = await scanning.found;
    looking(false);
    if (text !== null) {
      found(text);
    }
  } catch (error) {
    looking(false);
    if (!(error instanceof InputError)) {
      throw error;
    }
    instead(say(`${error.zh}。`, `${error.en}.`));
    place("photo").focus();
  }
}

/** Offer a photo in place of the camera, and say why. */
function instead(why: string): void {
  place("camera").hidden = true;
  place("by-photo").hidden = false;
  place("no-camera").textContent = why;
}
