// The rules that an issuer's authority has put in force, as it publishes them (verifier/rulings.py; docs/format.md, section 9).

import { type Bytes, hex, readUtf8, sha256 } from "./bytes.ts";
import type { Credential } from "./credential.ts";
import { AbsentError, RulingsError, SourceError, VerifierError } from "./errors.ts";
import { did, seconds, short, toSeconds } from "./fields.ts";
import { type Missing, unknownRules } from "./figures.ts";
import { type Document, type Library, withDocuments } from "./library.ts";
import { type Lack, says } from "./report.ts";
import { integer, list, matching, nullable, object } from "./shape.ts";
import type { Ground, Source } from "./source.ts";
import { openSigned } from "./status.ts";
import type { Json } from "./strict_json.ts";
import { type Issuer, LEEWAY, type TrustList } from "./trust.ts";

const TYP = "xueshi-rules+jwt";
const FOLDER = "rules/";
const NEEDED = ["pack", "overlay", "note"];

interface Index {
  readonly iss: string;
  readonly iat: number;
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
}

const INDEX = object({
  version: integer(1, 1),
  iss: did,
  iat: seconds,
  documents: list(
    object({
      name: matching(/^[a-z0-9][a-z0-9-]{0,79}-[0-9]{1,9}(\.[0-9]{1,9}){2}\.(pack|overlay|note|activation|ending|law)\.yaml$/),
      sha256: matching(/^[0-9a-f]{64}$/),
      from: matching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/),
      document: nullable(short),
    }),
  ),
});

/** What was read of a source, so that a batch reads it once. */
const kept = new WeakMap<Source, Map<string, Library>>();

/** Return the rules that check 9 goes by, and why there are no more where one that is named is not among them. */
export async function knownRules(credential: Credential, issuer: Issuer, ground: Ground): Promise<[Library, Missing | null]> {
  const { rules, source, trust } = ground;
  if (unknownRules(credential, rules).length === 0) {
    return [rules, null];
  }
  if (source === null) {
    return [rules, missing("也没有联网或资料包可取", "and there is no network or bundle to read them from", "source")];
  }
  try {
    const found = kept.get(source)?.get(issuer.did) ?? withDocuments(rules, await readPublished(issuer, trust, source));
    kept.set(source, new Map(kept.get(source)).set(issuer.did, found));
    return source.situation === "bundle"
      ? [found, missing("资料包里也没有", "and the bundle does not have them", "rules")]
      : [found, missing("签发机关也没有公布", "and their issuer has not published them", "rules")];
  } catch (error) {
    if (error instanceof SourceError) {
      return [rules, missing("签发机关公布的规则取不到", `and what is published cannot be had: ${error.message}`, "files")];
    }
    if (error instanceof VerifierError) {
      return [rules, missing("签发机关公布的规则不能采信", `and what is published cannot be relied on: ${error.message}`, "sound")];
    }
    throw error;
  }
}

function missing(zh: string, en: string, lack: Lack): Missing {
  return { why: says(zh, en), lack };
}

/** Read the documents that check 9 needs, each under the digest that is signed; none where no index was published. */
export async function readPublished(issuer: Issuer, trust: TrustList, source: Source): Promise<Document[]> {
  let index: Index;
  try {
    const [found, key] = await openSigned<Index>(`${FOLDER}index.jwt`, TYP, INDEX, issuer, trust, source);
    if (found.iat < toSeconds(key.from) - LEEWAY || (key.until !== null && found.iat >= toSeconds(key.until))) {
      throw new RulingsError("rules: signed by a status key that was not valid then");
    }
    index = found;
  } catch (error) {
    if (error instanceof AbsentError) {
      return [];
    }
    throw error;
  }
  if (index.iss !== issuer.did || new Set(index.documents.map((one) => one.name)).size !== index.documents.length) {
    throw new RulingsError(`rules: of ${issuer.did}, each name once`);
  }
  const documents: Document[] = [];
  for (const one of index.documents) {
    const kind = one.name.split(".").at(-2) as string;
    if (NEEDED.includes(kind)) {
      const data = await source.read(issuer.base, FOLDER + one.name);
      if (hex(await sha256(data)) !== one.sha256) {
        throw new RulingsError(`${one.name}: not the text whose SHA-256 is signed`);
      }
      documents.push([kind, await readYaml(data, one.name)]);
    }
  }
  return documents;
}

/** Read a YAML text with every scalar as a text, so that no reader's guess at a type decides anything. */
async function readYaml(data: Bytes, name: string): Promise<Json> {
  const { parseDocument } = await import("yaml");
  try {
    const document = parseDocument(readUtf8(data), { schema: "failsafe", logLevel: "silent" });
    if (document.errors.length === 0 && document.warnings.length === 0) {
      return document.toJS({ maxAliasCount: 100 }) as Json;
    }
  } catch {
    // not UTF-8, or far more than it looks
  }
  throw new RulingsError(`${name}: not YAML`);
}
