// On what the page stands: the trust list or a bundle, how old it is, and how old it may be.

import { age, button, inBeijing, say } from "./elements.ts";
import { place } from "./screen.ts";
import { BUNDLE, drop } from "./shelf.ts";
import type { Ground } from "./source.ts";
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

/** Say on what this page stands, how old it is, and how old it may be. */
function tellTrust({ trust, source, now }: Ground): void {
  const issued = Date.parse(trust.issued);
  const limit = age(trust.statusMaxAge);
  const parts: (Node | string)[] = [
    say(
      `信任名单第 ${trust.number} 号，${inBeijing(trust.issued)} 签发，已 ${age(now - issued / 1000)}，有效到 ${inBeijing(trust.expires)}；状态表至多用 ${limit}。`,
      `Trust list no. ${trust.number}, signed ${inBeijing(trust.issued)}, ${age(now - issued / 1000)} old, good until ${inBeijing(trust.expires)}; status lists are used for at most ${limit}.`,
    ),
  ];
  if (source && source.situation === "bundle" && source.asOf) {
    const old = age(now - Date.parse(source.asOf) / 1000);
    parts.push(say(`正在用资料包“${source.label}”，数据截至 ${inBeijing(source.asOf)}，已 ${old}。`, `Using the bundle “${source.label}”, data of ${inBeijing(source.asOf)}, ${old} old. `));
    const back = async (): Promise<void> => {
      await drop(BUNDLE);
      location.reload();
    };
    parts.push(button(say("不用资料包，联网核验", "Without the bundle, online"), () => void back(), "btn btn-small"));
  }
  place("standing").replaceChildren(...parts);
}
