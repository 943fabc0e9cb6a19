// The browser's verifier as a program for the tests: cases as lines of JSON on standard input, reports on standard output.

import { fromBase64 } from "./bytes.ts";
import { InputError } from "./errors.ts";
import { type Evidence, readText } from "./evidence.ts";
import type { Rules } from "./figures.ts";
import { type Ground, Memory } from "./source.ts";
import { openTrust, readRoot } from "./trust.ts";
import { verify } from "./verify.ts";

declare const process: { stdin: AsyncIterable<Uint8Array>; stdout: { write(text: string): void } };

/** A text, or what was found in a PDF or picture, and its circumstances; bytes are Base64. */
interface Case {
  readonly name: string;
  readonly text: string | null;
  readonly evidence: Omit<Evidence, "proof" | "lines"> & { readonly proof: string | null; readonly lines: string | null };
  readonly trust: string;
  readonly root: string;
  readonly public: Readonly<Record<string, string>>;
  readonly now: number;
  readonly rules: Rules;
  readonly dictionary: string;
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return fromBase64(text) as Uint8Array<ArrayBuffer>;
}

async function answer(given: Case): Promise<unknown> {
  const dictionaries = new Map([[1, bytes(given.dictionary)]]);
  const trust = await openTrust(given.trust, readRoot(bytes(given.root)), given.now);
  const files = new Map(Object.entries(given.public).map(([path, data]) => [path, bytes(data)]));
  const source = new Memory("memory", files);
  const ground: Ground = { trust, source, now: given.now, rules: given.rules, dictionaries, seen: null };
  return verify(evidence(given, dictionaries), ground);
}

function evidence(given: Case, dictionaries: Ground["dictionaries"]): Evidence {
  if (given.text !== null) {
    return readText(given.text, given.name, dictionaries);
  }
  const [proof, lines] = [given.evidence.proof, given.evidence.lines].map((each) => (each === null ? null : bytes(each)));
  return { ...given.evidence, proof: proof ?? null, lines: lines ?? null };
}

const parts: string[] = [];
const decoder = new TextDecoder();
for await (const chunk of process.stdin) {
  parts.push(decoder.decode(chunk, { stream: true }));
}
for (const line of parts.join("").trim().split("\n")) {
  try {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Case))}\n`);
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    process.stdout.write(`${JSON.stringify({ error: error.zh })}\n`);
  }
}
