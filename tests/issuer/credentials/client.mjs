// Other people's code verifies what we issue: `node client.mjs FOLDER` reads tokens from standard input, one a line,
// and answers a line each.
// Addresses of the issuer's are read from FOLDER, since its host is an example; nothing else is replaced.
import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { createInterface } from "node:readline";
import { decodeList } from "@digitalbazaar/vc-bitstring-status-list";
import { Resolver } from "did-resolver";
import { compactVerify, importJWK } from "jose";

const BASE = "https://jxjy.example.gov.cn/";
const folder = process.argv[2];

async function read(address) {
  const url = String(address);
  if (!url.startsWith(BASE)) throw new Error(`not the issuer's: ${url}`);
  return await readFile(`${folder}/${url.slice(BASE.length)}`, "utf8");
}
globalThis.fetch = async (address) => new Response(await read(address), { headers: { "content-type": "application/json" } });

const ours = "data:text/javascript,export default (...given) => globalThis.fetch(...given)";
registerHooks({
  resolve: (name, context, next) => (name === "cross-fetch" ? { url: ours, shortCircuit: true } : next(name, context)),
});
const { getResolver } = await import("web-did-resolver");
const resolver = new Resolver(getResolver());

async function verify(jws) {
  const { payload } = await compactVerify(
    jws,
    async ({ kid }) => {
      const { didDocument } = await resolver.resolve(kid.split("#")[0]);
      const method = didDocument.verificationMethod.find(({ id }) => id === kid);
      if (!didDocument.assertionMethod.includes(kid)) throw new Error("the key asserts nothing");
      return await importJWK(method.publicKeyJwk, "ES256");
    },
    { algorithms: ["ES256"] },
  );
  return JSON.parse(new TextDecoder().decode(payload));
}

async function isSet({ statusListCredential, statusListIndex }) {
  const { credentialSubject } = await verify(await read(statusListCredential));
  const list = await decodeList({ encodedList: credentialSubject.encodedList });
  if (list.length < 131072) throw new Error(`a list of ${list.length}`);
  return list.getStatus(Number(statusListIndex));
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const credential = await verify(line);
    const [revoked, superseded] = await Promise.all(credential.credentialStatus.map(isSet));
    answer = { serial: credential.credentialSubject.serial, name: credential.credentialSubject.name, revoked, superseded };
  } catch (error) {
    answer = { error: String(error.code ?? error.message) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
