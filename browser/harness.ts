// The browser's verifier as a function for the tests: one case in, its report or the error that refused it out.

import { openBundle } from "./bundle.ts";
import { fromBase64 } from "./bytes.ts";
import { setReader } from "./codes.ts";
import { VerifierError } from "./errors.ts";
import { type Document, withDocuments } from "./library.ts";
import { readFile } from "./intake.ts";
import { establish } from "./roots.ts";
import { Seen } from "./seen.ts";
import { type Ground, Memory } from "./source.ts";
import { finding } from "./result.ts";
import { readRoot } from "./trust.ts";
import { verify } from "./verify.ts";

/** An input and its circumstances (tests/tampered/folders.py); bytes are Base64. */
interface Case {
  readonly name: string;
  readonly data: string;
  readonly trust: string;
  readonly chain: string;
  readonly root: string;
  readonly public: Readonly<Record<string, string>>;
  readonly seen: object | null;
  readonly bundle: string | null;
  readonly now: number;
  readonly rules: readonly Document[];
  readonly dictionary: string;
}

const PLACES = { worker: "/pdf-worker.js", folder: "/" };

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return fromBase64(text) as Uint8Array<ArrayBuffer>;
}

async function stand(given: Case): Promise<Ground> {
  const { now } = given;
  const rules = withDocuments(null, given.rules);
  const root = readRoot(bytes(given.root));
  const seen = given.seen === null ? null : new Seen(JSON.stringify(given.seen));
  const dictionaries = new Map([[1, bytes(given.dictionary)]]);
  if (given.bundle !== null) {
    const opened = await openBundle(bytes(given.bundle), "room.bundle", root, now, seen);
    return { ...opened, now, rules, dictionaries, seen };
  }
  const trust = await establish(given.trust, root, given.chain, now, seen);
  const files = new Map(Object.entries(given.public).map(([path, data]) => [path, bytes(data)]));
  return { trust, source: new Memory("memory", files), now, rules, dictionaries, seen };
}

async function answer(given: Case): Promise<unknown> {
  setReader("/zxing.wasm");
  try {
    const ground = await stand(given);
    return await verify(await readFile(bytes(given.data), given.name, ground.dictionaries, PLACES), ground);
  } catch (error) {
    if (error instanceof VerifierError) {
      return { refused: error.constructor.name, why: error.message };
    }
    throw error;
  }
}

Object.assign(globalThis, { answer, finding });
