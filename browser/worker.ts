// The service worker: the page works without network after the first visit. It keeps the page, its files and the signed
// public data, and never anything that was verified: what people put in is not a request.

const scope = self as unknown as {
  addEventListener(type: string, listener: (event: FetchLike) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};

interface FetchLike {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const CACHE = "xueshi-1";
const LANGUAGES = ["", "?lang=en"];
const PAGES = ["/", "/v", "/trust"].flatMap((page) => LANGUAGES.map((language) => page + language));
const DATA = ["/manifest.webmanifest", "/rules.json", "/trust-list.jwt", "/trust-roots.txt", "/trust-root.jwk"];
/** Lists the files of this release, each under an address that names its content. */
const FILES = "/files.json";

scope.addEventListener("install", (event) => {
  event.waitUntil(install());
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => scope.clients.claim()));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([...PAGES, ...DATA, FILES]);
  await cache.addAll(await release(cache));
  await scope.skipWaiting();
}

/** Let go of the files of releases before. */
async function forgetOld(): Promise<void> {
  const cache = await caches.open(CACHE);
  const current = await release(cache);
  const kept = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith("/static/"));
  await Promise.all(kept.filter(({ url }) => !current.includes(new URL(url).pathname)).map((old) => cache.delete(old)));
}

async function release(cache: Cache): Promise<string[]> {
  return (await cache.match(FILES))?.json() as Promise<string[]>;
}

scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && url.origin === location.origin) {
    event.respondWith(url.pathname.startsWith("/static/") ? firstKept(event.request) : firstFresh(event.request));
  }
});

/** Files whose address names their content never change. */
async function firstKept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? keep(request, await fetch(request));
}

/** Everything else is asked for anew, and taken from what was kept only without network, with its moment. */
async function firstFresh(request: Request): Promise<Response> {
  try {
    return await keep(request, await fetch(request));
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: false });
    if (kept === undefined) {
      throw error;
    }
    const headers = new Headers(kept.headers);
    headers.set("X-Kept-At", String(Math.floor(Date.parse(kept.headers.get("Date") ?? "") / 1000) || 0));
    return new Response(await kept.arrayBuffer(), { status: kept.status, headers });
  }
}

async function keep(request: Request, answer: Response): Promise<Response> {
  if (answer.ok) {
    await (await caches.open(CACHE)).put(request, answer.clone());
  }
  return answer;
}

export {};
