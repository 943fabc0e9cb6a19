// What this page trusts and where it reads: the root pinned on the first visit, the newest trust list or a bundle
// (verifier/opening.py), and public files by way of our own origin.

import { BUNDLE, take } from "./shelf.ts";
import { openBundle } from "./bundle.ts";
import { type Bytes, readUtf8 } from "./bytes.ts";
import { AbsentError, RollbackError, SourceError, VerifierError } from "./errors.ts";
import { dayIn, momentText } from "./fields.ts";
import { type Document, withDocuments } from "./library.ts";
import { establish, thumbprint } from "./roots.ts";
import { readPublished } from "./rulings.ts";
import { Seen } from "./seen.ts";
import type { Ground, Source } from "./source.ts";
import type { Dictionaries } from "./transport.ts";
import { readRoot, type TrustList } from "./trust.ts";

const ROOT = "xueshi.root";
const SEEN = "xueshi.seen.";
/** Numbers of status lists that may be unused before one that is used. */
const GAP = 10;
/** Set by the service worker on answers from its cache: when it kept them. */
const KEPT = "X-Kept-At";

/** A ground to stand on, and how to keep what was seen while standing on it. */
export interface Opened {
  readonly ground: Ground;
  keep(): void;
}

/** A bundle that was dropped onto the page. */
export interface Parcel {
  readonly name: string;
  readonly data: Bytes;
}

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

/** Open everything that a verification stands on; `dictionary` is the address of the QR's, `parcel` a bundle to try. */
export async function open(dictionary: string, now: number, parcel?: Parcel): Promise<Opened> {
  const pinned = localStorage.getItem(ROOT) ?? readUtf8(await download("/trust-root.jwk"));
  const root = readRoot(new TextEncoder().encode(pinned));
  const place = SEEN + (await thumbprint(root));
  const seen = new Seen(localStorage.getItem(place));
  const bundle = parcel ?? (await take<Parcel>(BUNDLE));
  const { trust, source } = bundle ? await openBundle(bundle.data, bundle.name, root, now, seen) : await online(root, now, seen);
  const rules = withDocuments(null, JSON.parse(readUtf8(await download("/rules.json"))) as Document[]);
  const dictionaries: Dictionaries = new Map([[1, await download(dictionary)]]);
  const keep = (): void => {
    localStorage.setItem(ROOT, pinned);
    localStorage.setItem(place, seen.keep(localStorage.getItem(place)));
  };
  keep();
  return { ground: { trust, source, now, rules, dictionaries, seen }, keep };
}

async function online(root: ReturnType<typeof readRoot>, now: number, seen: Seen): Promise<{ trust: TrustList; source: Source }> {
  const token = readUtf8(await download("/trust-list.jwt"));
  const trust = await establish(token, root, readUtf8(await download("/trust-roots.txt")), now, seen);
  return { trust, source: new OwnOrigin(trust) };
}

/** Say in Chinese why the trust data cannot be used; the English is the error's own. */
export function whyNot(error: VerifierError): { zh: string; en: string } {
  if (error instanceof RollbackError) {
    return { zh: "信任数据比这个浏览器见过的旧，不能采信。请联网更新，或换用新的资料包", en: error.message };
  }
  if (error instanceof SourceError) {
    return { zh: "取不到信任数据。请联网打开本页一次，或放入资料包", en: error.message };
  }
  return { zh: `信任数据不能采信（${error.message}）。请告诉管理员`, en: error.message };
}

/** Read, and so keep for rooms without network, what the last and this year's credentials will need. */
export async function prepare(ground: Ground): Promise<void> {
  const year = Number(dayIn(ground.now).slice(0, 4));
  const read = (base: string, path: string) => ground.source?.read(base, path).then(readUtf8).catch(() => null);
  for (const issuer of ground.trust.issuers) {
    await (ground.source && readPublished(issuer, ground.trust, ground.source).catch(() => null));
    for (let [list, last] = [1, 0]; list <= last + GAP; list++) {
      if (await read(issuer.base, `status/r${list}`)) {
        await Promise.all(["s", "details"].map((name) => read(issuer.base, `status/${name}${list}`)));
        last = list;
      }
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
