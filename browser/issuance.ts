// Check 8: the ledger holds an issuance entry with the SHA-256 of exactly this credential (verifier/issuance.py).

import { type Bytes, hex, sha256, utf8 } from "./bytes.ts";
import type { Credential } from "./credential.ts";
import { LedgerError, LedgerVersionError, QuorumError, RollbackError, SourceError } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { dayBeside, dayIn } from "./fields.ts";
import { type Checkpoint, findIssued, type Proof, prove, readEntry, readProof } from "./ledger.ts";
import { parse } from "./note.ts";
import { type Check, check, type Lack, type Says, says } from "./report.ts";
import { type Ground, publishedHead, publishedYear, readFile } from "./source.ts";
import { type Fetch, proveInclusion, readBundle, WIDTH } from "./tiles.ts";
import { type Issuer, openHead, type TrustedLog } from "./trust.ts";

/** Bundles of 256 entries that a search for a token without a hint reads at most. */
const SEARCHED = 64;

/** Where the ledger proves a credential to have been entered; `day` is null when only the year's list was read. */
export interface Place {
  readonly log: TrustedLog;
  readonly index: number;
  readonly day: string | null;
  readonly against: string;
}

interface Sought {
  readonly wanted: string;
  readonly hint: number | null;
  readonly day: string;
}

/** No proof this way: something is lacking, or (null) what was found contradicts the credential. */
class Stopped extends Error {
  constructor(
    readonly says: Says,
    readonly lack: Lack | null,
  ) {
    super(says.en);
  }

  get refuted(): boolean {
    return this.lack === null;
  }
}

/** (8) Find the entry, prove it to be in a log of the issuer's, and compare its digest. */
export async function checkIssuance(
  evidence: Evidence,
  token: string,
  credential: Credential,
  issuer: Issuer,
  ground: Ground,
): Promise<[Check, Place | null]> {
  try {
    const place = await find(evidence, token, credential, issuer, ground);
    const words = says(
      `台账第 ${place.index} 号${place.day ? `，${place.day} 收录。` : "，在当年的签发名录里。"}`,
      `Entry ${place.index} of the ledger${place.day ? `, entered on ${place.day}.` : ", in the year's list of issuances."}`,
    );
    return [check(8, "passed", words, place.against), place];
  } catch (stop) {
    if (stop instanceof Stopped) {
      return [check(8, stop.refuted ? "failed" : "not_done", stop.says, issuer.logs.at(-1)?.origin, stop.lack ?? ""), null];
    }
    throw stop;
  }
}

async function find(evidence: Evidence, token: string, credential: Credential, issuer: Issuer, ground: Ground): Promise<Place> {
  const hints = new Set(evidence.findings.filter((each) => each.jws === token && each.index !== null).map((each) => each.index));
  if (hints.size > 1) {
    throw new Stopped(says("二维码给的台账位置互相矛盾。", "The QR codes hint at different entries."), null);
  }
  const sought = { wanted: hex(await sha256(utf8(token))), hint: [...hints][0] ?? null, day: dayIn(credential.iat) };
  let stop = new Stopped(says("没有附带证明，也没有联网或资料包，查不了台账。", "No attached proof, and no source to read from."), "source");
  if (evidence.proof !== null) {
    try {
      return await carefully(byProof(evidence.proof, sought, issuer, ground));
    } catch (error) {
      if (!(error instanceof Stopped) || error.refuted) {
        throw error;
      }
      stop = error; // too few witnesses then; there may be more by now
    }
  }
  if (ground.source === null) {
    throw stop;
  }
  return throughFiles(sought, issuer, ground, stop);
}

async function throughFiles(sought: Sought, issuer: Issuer, ground: Ground, first: Stopped): Promise<Place> {
  let stop = first;
  for (const way of [byFiles, byYear]) {
    // A hint names no log, so that all are asked before the entry at its place speaks against the credential.
    const stops: Stopped[] = [];
    for (const log of [...issuer.logs].reverse()) {
      try {
        const place = await carefully(way(log, sought, issuer, ground));
        if (place) {
          return place;
        }
      } catch (error) {
        if (!(error instanceof Stopped)) {
          throw error;
        }
        stops.push(error);
      }
    }
    const refuted = stops.find((each) => each.refuted);
    if (refuted) {
      throw refuted;
    }
    stop = stops[0] ?? stop;
  }
  throw stop;
}

/** Go one way, and say in words why it ended. */
async function carefully<T>(way: Promise<T>): Promise<T> {
  try {
    return await way;
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    if (error instanceof SourceError) {
      throw new Stopped(says("取不到台账文件，查不了收录。", `The ledger's files cannot be had: ${why}.`), "files");
    }
    if (error instanceof QuorumError) {
      throw new Stopped(says("检查点的见证不够。", `Too few witnesses of the checkpoint: ${why}.`), "witnesses");
    }
    if (error instanceof RollbackError) {
      throw new Stopped(says("台账文件比本机见过的旧。", `Older files of the ledger: ${why}.`), "sound");
    }
    if (error instanceof LedgerVersionError) {
      throw new Stopped(says("台账文件的格式版本，本程序不认识。请升级后再核验。", `Of a version not known here: ${why}.`), "newer");
    }
    if (error instanceof LedgerError) {
      throw new Stopped(says("台账证明不成立。", `The proof of issuance does not hold: ${why}.`), null);
    }
    throw error;
  }
}

/** Read the proof that is attached to a PDF. */
async function byProof(data: Bytes, sought: Sought, issuer: Issuer, ground: Ground): Promise<Place> {
  const proof = readProof(data);
  const origin = new TextDecoder().decode(parse(proof.note).text).split("\n", 1)[0];
  const log = issuer.logs.find((each) => each.origin === origin);
  if (log === undefined) {
    throw new Stopped(says("证明出自另一个台账。", "The proof is of another log."), null);
  }
  return compare(proof, await openHead(proof.note, log, ground.trust), log, sought);
}

/** Read the entry where the QR hints, or search for it; null when an older log is too short for the hint. */
async function byFiles(log: TrustedLog, sought: Sought, issuer: Issuer, ground: Ground): Promise<Place | null> {
  const [head, note] = await publishedHead(log, issuer, ground);
  const kept = new Map<string, Promise<Bytes>>();
  const fetch: Fetch = (path) => {
    const found = kept.get(path) ?? readFile(ground, issuer, log.path + path);
    kept.set(path, found);
    return found;
  };
  const index = sought.hint ?? (await search(fetch, head.size, sought));
  if (index === null) {
    throw new Stopped(
      says(
        "没有台账位置的提示，在签发日前后也没有找到。请用证书上的二维码或 PDF 核验。",
        "No hint at its place, and not found around its day of issue. Verify the QR or the PDF.",
      ),
      "place",
    );
  }
  if (index >= head.size) {
    if (log.closed) {
      return null;
    }
    throw new Stopped(says(`台账只有 ${head.size} 条，还没有第 ${index} 号。`, `The ledger has ${head.size} entries, none ${index}.`), "later");
  }
  const body = (await readBundle(fetch, head.size, Math.floor(index / WIDTH)))[index % WIDTH] ?? null;
  const hashes = await proveInclusion(fetch, head.size, index);
  return compare({ index, hashes, note, body }, head, log, sought);
}

/** Look into the list of the year of issue, and of the next: the ledger may have taken it after midnight. */
async function byYear(log: TrustedLog, sought: Sought, issuer: Issuer, ground: Ground): Promise<Place | null> {
  const [head] = await publishedHead(log, issuer, ground);
  const issued = Number(sought.day.slice(0, 4));
  const looked: number[] = [];
  for (const year of [issued, issued + 1]) {
    const found = await publishedYear(year, log, issuer, ground);
    if (found === null) {
      continue;
    }
    const [listed, data] = found;
    if (listed.logSize > head.size) {
      throw new LedgerError(`a list of ${listed.logSize} entries beside a checkpoint of ${head.size}`);
    }
    const index = findIssued(data, sought.wanted);
    if (index !== null) {
      const against = `${log.origin}, issuances of ${year} in ${listed.logSize}, checkpoint ${head.size}`;
      return { log, index, day: null, against };
    }
    looked.push(listed.logSize);
  }
  if (looked.length === 0) {
    return null;
  }
  const size = Math.max(...looked);
  throw new Stopped(
    says(
      `签发名录（截至台账第 ${size} 条）里没有，可能是之后签发的。`,
      `Not in the year's list of issuances, as of ${size} entries; perhaps it is newer.`,
    ),
    "later",
  );
}

/** Hold an entry against its checkpoint and the token. */
async function compare(proof: Proof, head: Checkpoint, log: TrustedLog, sought: Sought): Promise<Place> {
  const entry = await prove(proof, head);
  if (entry.kind !== "issuance" || entry.digest !== sought.wanted) {
    const words = says(`台账第 ${entry.index} 号记的不是这份凭证。`, `Entry ${entry.index} of the ledger is not about this credential.`);
    throw new Stopped(words, null);
  }
  return { log, index: entry.index, day: entry.day, against: `${log.origin}, checkpoint ${head.size}` };
}

/** Days only grow along the log, so halving finds the first bundle of a day; a wrong order can only make it miss. */
async function search(fetch: Fetch, size: number, sought: Sought): Promise<number | null> {
  const first = dayBeside(sought.day, -1);
  const bundles = Math.ceil(size / WIDTH);
  let [low, high] = [0, bundles];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const [body] = await readBundle(fetch, size, middle);
    if (readEntry(body as Bytes).day < first) {
      low = middle;
    } else {
      high = middle;
    }
  }
  for (let n = low; n < Math.min(low + SEARCHED, bundles); n++) {
    for (const body of await readBundle(fetch, size, n)) {
      const entry = readEntry(body);
      if (entry.kind === "issuance" && entry.digest === sought.wanted) {
        return entry.index;
      }
    }
  }
  return null;
}
