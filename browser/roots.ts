// The chain of root keys: how a browser that pinned an old root comes to the present one (verifier/roots.py; docs/format.md, 5).

import { calculateJwkThumbprint } from "jose";
import { TrustError, VerifierError } from "./errors.ts";
import { digest, moment } from "./fields.ts";
import { type PublicKey, readKey, split, text, verify } from "./jws.ts";
import type { Seen } from "./seen.ts";
import { integer, object, oneOf, read, texts } from "./shape.ts";
import { type Json, load } from "./strict_json.ts";
import { openTrust, type TrustList } from "./trust.ts";

const NEW_TYP = "xueshi-root+jwt";
const LINK_TYP = "xueshi-root-link+jws";
const MAX_LINKS = 1000;

interface Link {
  readonly number: number;
  readonly previous: string;
  readonly root: Record<string, string>;
}

const shape = object({ version: oneOf(1), number: integer(1, MAX_LINKS), previous: digest, root: texts, issued: moment });

/** RFC 7638. */
export function thumbprint(key: PublicKey): Promise<string> {
  return calculateJwkThumbprint(key.jwk as Record<string, string>);
}

/** Follow the chain, one link a line, oldest first, from the pinned root to its end. */
export async function follow(pinned: PublicKey, chain: string): Promise<{ readonly key: PublicKey; readonly links: number }> {
  const own = await thumbprint(pinned);
  let [key, links, onIt] = [pinned, 0, false];
  const lines = chain.split(/\s+/).filter((line) => line !== "");
  if (lines.length > MAX_LINKS) {
    throw new TrustError(`root chain: at most ${MAX_LINKS} links`);
  }
  for (const [at, line] of lines.entries()) {
    const [link, next] = look(line);
    if (link.number !== at + 1) {
      throw new TrustError(`root chain: link ${link.number} where link ${at + 1} should be`);
    }
    if (onIt || link.previous === own) {
      await hold(line, link, key, next);
      [key, links, onIt] = [next, at + 1, true];
    } else if ((await thumbprint(next)) === own) {
      [key, links, onIt] = [pinned, at + 1, true];
    }
  }
  if (lines.length > 0 && !onIt) {
    throw new TrustError("root chain: it does not lead from the pinned root");
  }
  return { key, links };
}

/** Open a trust list with the root that the pinned one leads to, and refuse an older list than one seen before. */
export async function establish(token: string, pinned: PublicKey, chain: string, now: number, seen: Seen | null): Promise<TrustList> {
  const root = await follow(pinned, chain);
  const trust = await openTrust(token, root.key, now);
  seen?.holdRoots(root.links);
  seen?.holdTrust(trust.number);
  return trust;
}

/** Read a link without trusting it. */
function look(line: string): [Link, PublicKey] {
  try {
    const inner = split(text(split(line).payload));
    const link = read<Link>(load(inner.payload), shape);
    return [link, readKey(link.root as { [name: string]: Json })];
  } catch {
    throw new TrustError("root chain: a line that is no link (docs/format.md, 5)");
  }
}

/** Hold a link against both roots. */
async function hold(line: string, link: Link, old: PublicKey, next: PublicKey): Promise<void> {
  if (link.previous !== (await thumbprint(old))) {
    throw new TrustError(`root chain: link ${link.number} does not go on from the root before`);
  }
  try {
    await verify(split(text(await verify(split(line), old, LINK_TYP))), next, NEW_TYP);
  } catch (error) {
    throw error instanceof VerifierError ? new TrustError(`root chain: link ${link.number}: ${error.message}`) : error;
  }
}
