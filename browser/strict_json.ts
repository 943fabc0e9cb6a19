// JSON as signed formats need it: one reading for one text (verifier/strict_json.py).

import { readUtf8 } from "./bytes.ts";
import { FormatError } from "./errors.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const DEEPEST = 200;
const TOKEN = /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9][0-9]*)(?![0-9.eE]))|(true|false|null))/y;
const SPACE = /[ \t\n\r]*$/y;

/**
 * Read JSON, refusing whatever two readers could read differently: not UTF-8, a key twice in one object, a number that is
 * not an integer, a lone surrogate, or too deep.
 */
export function load(data: Uint8Array): Json {
  let text: string;
  try {
    text = readUtf8(data);
  } catch {
    throw new FormatError("not UTF-8");
  }
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  /** Return the next token: punctuation, a string, an integer or a word, as it is written. */
  #next(): string {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.text);
    if (match === null) {
      throw new FormatError(`not JSON as signed formats need it, at character ${this.#at}`);
    }
    this.#at = TOKEN.lastIndex;
    return match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
  }

  value(depth: number, token = this.#next()): Json {
    if (depth > DEEPEST) {
      throw new FormatError("nested too deep");
    }
    if (token === "{") {
      return this.#object(depth);
    }
    if (token === "[") {
      return this.#array(depth);
    }
    if (/^[}\],:]$/.test(token)) {
      throw new FormatError(`not JSON: ${token} where a value should be`);
    }
    return token.startsWith('"') ? string(token) : (JSON.parse(token) as Json);
  }

  end(): void {
    SPACE.lastIndex = this.#at;
    if (!SPACE.test(this.text)) {
      throw new FormatError("not JSON: something follows the value");
    }
  }

  #object(depth: number): Json {
    const found = Object.create(null) as { [key: string]: Json };
    let token = this.#next();
    while (token !== "}" || Object.keys(found).length > 0) {
      if (!token.startsWith('"') || this.#next() !== ":") {
        throw new FormatError("not JSON: a key and a colon");
      }
      const key = string(token);
      if (key in found) {
        throw new FormatError("a key stands twice in one object");
      }
      found[key] = this.value(depth + 1);
      if (this.#more("}")) {
        token = this.#next();
      } else {
        break;
      }
    }
    return found;
  }

  #array(depth: number): Json {
    const found: Json[] = [];
    let token = this.#next();
    while (token !== "]" || found.length > 0) {
      found.push(this.value(depth + 1, token));
      if (this.#more("]")) {
        token = this.#next();
      } else {
        break;
      }
    }
    return found;
  }

  /** Say whether another member follows: a comma, or the closing mark. */
  #more(closing: string): boolean {
    const token = this.#next();
    if (token !== "," && token !== closing) {
      throw new FormatError(`not JSON: a comma or ${closing}`);
    }
    return token === ",";
  }
}

function string(token: string): string {
  let text: string;
  try {
    text = JSON.parse(token) as string;
  } catch {
    throw new FormatError("not JSON: a string");
  }
  if (/\p{Cs}/u.test(text)) {
    throw new FormatError("a lone surrogate");
  }
  return text;
}
