// On what the page stands: the trust list or a bundle, how old it is, and how old it may be.

import { age, button, element, inBeijing, note, say, t } from "./elements.ts";
import { toSeconds } from "./fields.ts";
import { type Says, says } from "./report.ts";
import { place } from "./screen.ts";
import { BUNDLE, drop } from "./shelf.ts";
import type { Ground } from "./source.ts";
import { isCurrent } from "./trust.ts";
import { open, type Opened, type Parcel } from "./trusted.ts";

export function openNow(parcel?: Parcel): Promise<Opened> {
  return open(document.body.dataset["dictionary"] ?? "", Math.floor(Date.now() / 1000), parcel);
}

let standings = 0;

/** Open the trust data and say on what the page stands; of two at once, the one asked later has the word. */
export async function stand(): Promise<Opened> {
  const mine = ++standings;
  const opened = await openNow();
  if (mine === standings && document.getElementById("standing")) {
    tellTrust(opened.ground);
  }
  return opened;
}

/** Say why nothing can be called genuine on this ground: its list, or what a bundle has, is past its time; null where it is not. */
export function pastItsTime({ trust, source, now }: Ground): Says | null {
  if (!isCurrent(trust, now)) {
    return says("信任名单已过期，在更新之前不能判断真伪。", "The trust list has expired: until it is renewed nothing can be called genuine. ");
  }
  if (source?.asOf && now - toSeconds(source.asOf) > trust.statusMaxAge) {
    return says("资料已超过期限，状态一项不做，不会判为真实。", "The data is past the limit: status is not checked, and nothing is called genuine. ");
  }
  return null;
}

/** Say that a bundle is kept, and whether it can be relied on now. */
export function kept(ground: Ground): HTMLElement {
  const past = pastItsTime(ground);
  const words = past
    ? say(`资料包已存在这个浏览器里，但是太旧了：${past.zh}请换用新的。`, `The bundle is kept in this browser, but is too old. ${past.en}Put in a newer one.`)
    : say("资料包可用，已存在这个浏览器里。", "The bundle is good, and is kept in this browser.");
  return note(past ? "note-wait" : "", past ? "wait" : "ok", "", element("p", {}, words));
}

/** Say on what this page stands, how old it is, and how old it may be. */
function tellTrust(ground: Ground): void {
  const { trust, source, now } = ground;
  const limit = age(trust.statusMaxAge);
  const ago = (moment: string): string => age(now - toSeconds(moment));
  const parts: (Node | string)[] = [
    say(
      `信任名单第 ${trust.number} 号，${inBeijing(trust.issued)} 签发，已 ${ago(trust.issued)}，有效到 ${inBeijing(trust.expires)}；状态表至多用 ${limit}。`,
      `Trust list no. ${trust.number}, signed ${inBeijing(trust.issued)}, ${ago(trust.issued)} old, good until ${inBeijing(trust.expires)}; status lists are used for at most ${limit}. `,
    ),
  ];
  const bundled = source?.situation === "bundle" && source.asOf;
  if (bundled) {
    parts.push(say(`正在用资料包“${source.label}”，数据截至 ${inBeijing(bundled)}，已 ${ago(bundled)}。`, `Using the bundle “${source.label}”, data of ${inBeijing(bundled)}, ${ago(bundled)} old. `));
  }
  const past = pastItsTime(ground);
  if (past) {
    parts.push(element("b", {}, t(past)));
  }
  if (bundled) {
    const back = async (): Promise<void> => {
      await drop(BUNDLE);
      location.reload();
    };
    parts.push(button(say("不用资料包，联网核验", "Without the bundle, online"), () => void back(), "btn btn-small bundle-off"));
  }
  place("standing").replaceChildren(...parts);
}
