// Where public files come from, and what one verification stands on (verifier/sources.py, ground.py, heads.py).

import type { Bytes } from "./bytes.ts";
import { AbsentError, LedgerError, SourceError } from "./errors.ts";
import { type Checkpoint, checkIssued, type IssuedHead, readIssuedHead } from "./ledger.ts";
import { type NoteKey, openNote } from "./note.ts";
import type { Library } from "./library.ts";
import type { Seen } from "./seen.ts";
import type { Dictionaries } from "./transport.ts";
import { type Issuer, openHead, type TrustedLog, type TrustList } from "./trust.ts";

/** Public files by path below an issuer's base. */
export interface Source {
  readonly label: string;
  /** Which column of the table in docs/checks.md holds; the age of what was kept for a room without network, else null. */
  readonly situation: "online" | "bundle";
  readonly asOf: string | null;
  read(base: string, path: string): Promise<Bytes>;
}

/** The opened trust list, where files come from (null offline), the rules known here, and the moment of asking. */
export interface Ground {
  readonly trust: TrustList;
  readonly source: Source | null;
  /** Seconds since 1970 UTC. */
  readonly now: number;
  readonly rules: Library;
  readonly dictionaries: Dictionaries;
  readonly seen: Seen | null;
}

/** Read a public file of an issuer's. */
export async function readFile(ground: Ground, issuer: Issuer, path: string): Promise<Bytes> {
  if (ground.source === null) {
    throw new SourceError("no source of public files");
  }
  return ground.source.read(issuer.base, path);
}

/** Read a log's checkpoint from the public files; return it with its note. */
export async function publishedHead(log: TrustedLog, issuer: Issuer, ground: Ground): Promise<[Checkpoint, Bytes]> {
  const note = await readFile(ground, issuer, `${log.path}checkpoint`);
  const head = await openHead(note, log, ground.trust);
  ground.seen?.holdHead(log.vkey, head);
  return [head, note];
}

/** Read a year's list of issuances from the public files; null when there is none. */
export async function publishedYear(year: number, log: TrustedLog, issuer: Issuer, ground: Ground): Promise<[IssuedHead, Bytes] | null> {
  let note: Bytes;
  try {
    note = await readFile(ground, issuer, `${log.path}issuances/${year}/head`);
  } catch (error) {
    if (error instanceof AbsentError) {
      return null;
    }
    throw error;
  }
  const { text } = await openNote(note, [ground.trust.logKeys.get(log) as NoteKey]);
  const head = readIssuedHead(text, log.origin);
  if (head.year !== year) {
    throw new LedgerError(`the list of ${head.year} where that of ${year} should be`);
  }
  if (log.closed && head.logSize > log.closed.size) {
    throw new LedgerError(`a list of ${head.logSize} entries of a log that was closed at ${log.closed.size}`);
  }
  const data = await readFile(ground, issuer, `${log.path}issuances/${year}/${head.count}`);
  await checkIssued(head, data);
  return [head, data];
}

/** Files in memory, by path: for tests and for a bundle. */
export class Memory implements Source {
  readonly situation = "online";
  readonly asOf = null;

  constructor(
    readonly label: string,
    readonly files: ReadonlyMap<string, Bytes>,
  ) {}

  async read(_base: string, path: string): Promise<Bytes> {
    const found = this.files.get(path);
    if (found === undefined) {
      throw new AbsentError(`${path}: no such file`);
    }
    return found;
  }
}
