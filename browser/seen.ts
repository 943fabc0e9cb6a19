// What this browser has seen before, so that nobody can show it something older (verifier/seen.py; docs/format.md, 5).

import { hex } from "./bytes.ts";
import { LedgerError, RollbackError } from "./errors.ts";
import { momentText } from "./fields.ts";
import type { Checkpoint } from "./ledger.ts";
import { integer, list, matching, read, type Shape } from "./shape.ts";
import { type Json, load } from "./strict_json.ts";

/** As it is kept: links of the root chain, number of the trust list, status lists by address, logs by key. */
interface Kept {
  roots: number;
  number: number;
  lists: Record<string, number>;
  heads: Record<string, [number, string]>;
}

const count = integer(0, Number.MAX_SAFE_INTEGER);
const NEVER: Kept = { roots: 0, number: 0, lists: {}, heads: {} };

/** The newest of everything. Holding something against it also remembers it; `keep` writes it down. */
export class Seen {
  #kept: Kept;

  /** `text` is what `keep` wrote, null at first; what cannot be understood is never taken for nothing. */
  constructor(text: string | null) {
    this.#kept = text === null ? structuredClone(NEVER) : understood(text);
  }

  holdRoots(links: number): void {
    if (links < this.#kept.roots) {
      throw new RollbackError(`a root chain of ${links} links, ${this.#kept.roots} were seen here`);
    }
    this.#kept.roots = links;
  }

  holdTrust(number: number): void {
    if (number < this.#kept.number) {
      throw new RollbackError(`trust list ${number} is an old one, ${this.#kept.number} was seen here`);
    }
    this.#kept.number = number;
  }

  holdList(url: string, issued: number): void {
    const newest = this.#kept.lists[url] ?? 0;
    if (issued < newest) {
      throw new RollbackError(`a list of ${minute(issued)}; one of ${minute(newest)} was seen here`);
    }
    this.#kept.lists[url] = issued;
  }

  holdHead(vkey: string, head: Checkpoint): void {
    const root = hex(head.root);
    const [size, known] = this.#kept.heads[vkey] ?? [0, root];
    if (head.size < size) {
      throw new RollbackError(`a checkpoint of ${head.size} entries; one of ${size} was seen here`);
    }
    if (head.size === size && root !== known) {
      throw new LedgerError(`two checkpoints of ${size} entries with different roots: the log has been forked`);
    }
    this.#kept.heads[vkey] = [head.size, root];
  }

  /** Write down what was seen, joined with what another tab kept meanwhile. */
  keep(meanwhile: string | null): string {
    const [own, other] = [this.#kept, meanwhile === null ? NEVER : understood(meanwhile)];
    const lists = { ...other.lists };
    for (const [url, issued] of Object.entries(own.lists)) {
      lists[url] = Math.max(issued, lists[url] ?? 0);
    }
    const heads = { ...other.heads };
    for (const [vkey, head] of Object.entries(own.heads)) {
      heads[vkey] = (heads[vkey]?.[0] ?? 0) > head[0] ? (heads[vkey] as [number, string]) : head;
    }
    return JSON.stringify({ roots: Math.max(own.roots, other.roots), number: Math.max(own.number, other.number), lists, heads });
  }
}

function understood(text: string): Kept {
  try {
    return read<Kept>(load(new TextEncoder().encode(text)), kept);
  } catch {
    throw new RollbackError("what was seen here before cannot be read, and is not taken for nothing; clear this site's data to begin anew");
  }
}

const kept: Shape = (value, at) => {
  const found = value as Record<string, Json>;
  count(found["roots"] as Json, at);
  count(found["number"] as Json, at);
  for (const issued of Object.values(found["lists"] as Record<string, Json>)) {
    count(issued, at);
  }
  for (const head of Object.values(found["heads"] as Record<string, Json[]>)) {
    list(() => undefined, 2)(head, at);
    count(head[0] as Json, at);
    matching(/^[0-9a-f]{64}$/)(head[1] as Json, at);
  }
};

function minute(moment: number): string {
  return momentText(moment).slice(0, 16).replace("T", " ");
}
