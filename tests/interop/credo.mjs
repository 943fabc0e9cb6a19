// A wallet's library verifies what we issue: `node credo.mjs FOLDER` reads tokens from standard input, one a line, and
// answers a line each: which of Credo's checks hold. It does not look at validUntil or status.
// Addresses of the issuer's are read from FOLDER, since its host is an example.
import "reflect-metadata";
import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { createInterface } from "node:readline";

const BASE = "https://jxjy.example.gov.cn/";
const folder = process.argv[2];

async function read(address) {
  const url = String(address);
  if (!url.startsWith(BASE)) throw new Error(`not the issuer's: ${url}`);
  const text = await readFile(`${folder}/${url.slice(BASE.length)}`, "utf8");
  // Credo 0.6 knows this kind of key only by its name of before Controlled Identifiers 1.0.
  const older = text.replaceAll('"type": "JsonWebKey"', '"type": "JsonWebKey2020"');
  return new Response(older, { headers: { "content-type": "application/json" } });
}
globalThis.fetch = read;
const ours = "data:text/javascript,export default (...given) => globalThis.fetch(...given)";
registerHooks({
  resolve: (name, context, next) => (name === "cross-fetch" ? { url: ours, shortCircuit: true } : next(name, context)),
});
const credo = await import("@credo-ts/core");
const node = await import("@credo-ts/node");

const nothing = async () => [];
const storage = { save: nothing, update: nothing, delete: nothing, getAll: nothing, findByQuery: nothing };
const backend = new node.NodeKeyManagementService(new node.NodeInMemoryKeyManagementStorage());
const agent = new credo.Agent({
  config: {},
  dependencies: { ...node.agentDependencies, fetch: read },
  modules: {
    keys: new credo.Kms.KeyManagementModule({ backends: [backend] }),
    cache: new credo.CacheModule({ cache: new credo.InMemoryLruCache({ limit: 50 }) }),
    dids: new credo.DidsModule({ resolvers: [new credo.WebDidResolver()] }),
    storage: { register: (manager) => manager.registerInstance(credo.InjectionSymbols.StorageService, storage) },
  },
});

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const credential = credo.W3cV2JwtVerifiableCredential.fromCompact(line);
    const { isValid, validations } = await agent.w3cV2Credentials.verifyCredential({ credential });
    const checks = Object.entries(validations ?? {}).map(([name, check]) => [name, check?.isValid]);
    answer = { valid: isValid, serial: credential.resolvedCredential.credentialSubject.claims?.serial, ...Object.fromEntries(checks) };
  } catch (error) {
    answer = { valid: false, error: String(error.message) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
