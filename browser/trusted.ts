// What this page trusts and where it reads: the pinned root, the newest trust list, public files through our own origin.

import { type Bytes, readUtf8 } from "./bytes.ts";
import { AbsentError, RollbackError, SourceError } from "./errors.ts";
import { momentText } from "./fields.ts";
import type { Rules } from "./figures.ts";
import { type Ground, SeenHere, type Source } from "./source.ts";
import type { Dictionaries } from "./transport.ts";
import { openTrust, readRoot, type TrustList } from "./trust.ts";

const ROOT = "xueshi.root";
const NUMBER = "xueshi.trust.number";
const SEEN = "xueshi.seen";
/** Set by the service worker on answers from its cache: when it kept them. */
const KEPT = "X-Kept-At";

/** Public files by way of our own origin, which hands on what the issuer publishes; every file is signed. */
class OwnOrigin implements Source {
  readonly label = "https";
  #oldest: number | null = null;

  constructor(readonly trust: TrustList) {}

  get situation(): "online" | "bundle" {
    return this.#oldest === null ? "online" : "bundle";
  }

  get asOf(): string | null {
    return this.#oldest === null ? null : momentText(this.#oldest);
  }

  async read(base: string, path: string): Promise<Bytes> {
    const place = this.trust.issuers.findIndex((each) => each.base === base);
    const answer = await ask(`/public/${place}/${path}`);
    const kept = answer.headers.get(KEPT);
    if (kept !== null) {
      this.#oldest = Math.min(this.#oldest ?? Number.MAX_SAFE_INTEGER, Number(kept));
    }
    return bytes(answer);
  }
}

async function ask(url: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, { cache: "no-store", credentials: "omit" });
  } catch {
    throw new SourceError(`${url}: offline`);
  }
  if (answer.status === 404) {
    throw new AbsentError(`${url}: no such file`);
  }
  if (!answer.ok) {
    throw new SourceError(`${url}: HTTP ${answer.status}`);
  }
  return answer;
}

async function bytes(answer: Response): Promise<Bytes> {
  return new Uint8Array(await answer.arrayBuffer());
}

async function download(url: string): Promise<Bytes> {
  return bytes(await ask(url));
}

/** Open everything that a verification stands on; `places` are the addresses that the page names. */
export async function openGround(places: { readonly dictionary: string }, now: number): Promise<Ground> {
  const trust = await openPinned(now);
  const rules = JSON.parse(readUtf8(await download("/rules.json"))) as Rules;
  const dictionaries: Dictionaries = new Map([[1, await download(places.dictionary)]]);
  const seen = new SeenHere(localStorage.getItem(SEEN), (text) => localStorage.setItem(SEEN, text));
  return { trust, source: new OwnOrigin(trust), now, rules, dictionaries, seen };
}

/** Open the trust list with the root that was pinned on the first visit; never an older list than was seen. */
async function openPinned(now: number): Promise<TrustList> {
  const pinned = localStorage.getItem(ROOT) ?? readUtf8(await download("/trust-root.jwk"));
  const token = readUtf8(await download("/trust-list.jwt"));
  const trust = await openTrust(token, readRoot(new TextEncoder().encode(pinned)), now);
  if (trust.number < Number(localStorage.getItem(NUMBER) ?? 0)) {
    throw new RollbackError(`trust list ${trust.number} is an old one`);
  }
  localStorage.setItem(ROOT, pinned);
  localStorage.setItem(NUMBER, String(trust.number));
  return trust;
}

/** Read, and so keep for rooms without network, what the last and this year's credentials will need. */
export async function prepare(ground: Ground): Promise<void> {
  const year = new Date(ground.now * 1000).getUTCFullYear();
  const read = (base: string, path: string) => ground.source?.read(base, path).then(readUtf8).catch(() => null);
  for (const issuer of ground.trust.issuers) {
    for (let list = 1; list <= 99 && (await read(issuer.base, `status/r${list}`)); list++) {
      await Promise.all(["s", "details"].map((name) => read(issuer.base, `status/${name}${list}`)));
    }
    for (const log of issuer.logs) {
      await read(issuer.base, `${log.path}checkpoint`);
      for (const each of [year - 1, year]) {
        const count = /\ncount ([0-9]+)\n/.exec((await read(issuer.base, `${log.path}issuances/${each}/head`)) ?? "")?.[1];
        if (count !== undefined) {
          await ground.source?.read(issuer.base, `${log.path}issuances/${each}/${count}`).catch(() => null);
        }
      }
    }
  }
}
