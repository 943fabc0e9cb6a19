// Compact JWS: taken apart strictly, verified by jose with the one algorithm bound to the key (verifier/jws.py).

import { compactVerify, importJWK } from "jose";
import { decode } from "./base64url.ts";
import { type Bytes, readUtf8 } from "./bytes.ts";
import { TokenError } from "./errors.ts";
import { isObject } from "./shape.ts";
import { type Json, load } from "./strict_json.ts";

/** All that may be bound to a key; no symmetric algorithm, so a public key can never be taken for a secret. */
export const ALGORITHMS = ["ES256", "EdDSA"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
const REFUSED_HEADERS = ["jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip"];
const MAX_TOKEN = 2_000_000;

/** A compact JWS taken apart; nothing is verified yet. */
export interface Token {
  readonly text: string;
  readonly payload: Bytes;
  readonly signature: Bytes;
  readonly header: { readonly [name: string]: Json };
}

/** A public key with the one algorithm that it may be used with. */
export interface PublicKey {
  readonly alg: Algorithm;
  readonly jwk: { readonly [name: string]: Json };
}

/** Take a compact JWS apart; nothing is verified. */
export function split(text: string): Token {
  const parts = text.split(".");
  if (text.length > MAX_TOKEN || parts.length !== 3) {
    throw new TokenError(`three parts joined by dots, at most ${MAX_TOKEN} characters`);
  }
  try {
    const [head, payload, signature] = parts.map(decode) as [Bytes, Bytes, Bytes];
    const header = load(head);
    if (!isObject(header)) {
      throw new TokenError("header: a JSON object");
    }
    const refused = REFUSED_HEADERS.filter((name) => name in header);
    if (refused.length > 0) {
      throw new TokenError(`header: without ${refused.join(", ")}`);
    }
    return { text, payload, signature, header };
  } catch (error) {
    throw error instanceof TokenError ? error : new TokenError((error as Error).message);
  }
}

/** Return a header field when it is text. */
export function field(token: Token, name: string): string | null {
  const value = token.header[name];
  return typeof value === "string" ? value : null;
}

/** Read a public JWK of P-256 or Ed25519: not private, for verifying, and bound to no other algorithm. */
export function readKey(jwk: { readonly [name: string]: Json }): PublicKey {
  if ("d" in jwk || "k" in jwk) {
    throw new TokenError("JWK: a public key, without d or k");
  }
  const operations = jwk["key_ops"];
  const mayVerify = operations === undefined || (Array.isArray(operations) && operations.includes("verify"));
  if ((jwk["use"] ?? "sig") !== "sig" || !mayVerify) {
    throw new TokenError("JWK: use sig and key_ops verify, where given");
  }
  const alg = algorithmOf(jwk);
  if ((jwk["alg"] ?? alg) !== alg) {
    throw new TokenError(`JWK: alg ${alg}, where given, for this kind of key`);
  }
  return { alg, jwk };
}

function algorithmOf(jwk: { readonly [name: string]: Json }): Algorithm {
  try {
    const size = (name: string) => decode(String(jwk[name] ?? "")).length;
    if (jwk["kty"] === "OKP" && jwk["crv"] === "Ed25519" && size("x") === 32) {
      return "EdDSA";
    }
    if (jwk["kty"] === "EC" && jwk["crv"] === "P-256" && size("x") === 32 && size("y") === 32) {
      return "ES256";
    }
  } catch {
    // told below
  }
  throw new TokenError("JWK: EC P-256 with 32-byte x and y, or OKP Ed25519");
}

/** Return the payload if `key` signed it. */
export async function verify(token: Token, key: PublicKey, typ: string): Promise<Bytes> {
  if (token.header["alg"] !== key.alg) {
    throw new TokenError(`alg ${key.alg}, the one bound to the key`);
  }
  if (token.header["typ"] !== typ) {
    throw new TokenError(`typ ${typ}`);
  }
  try {
    const members = Object.fromEntries(["kty", "crv", "x", "y"].filter((n) => n in key.jwk).map((n) => [n, key.jwk[n]]));
    const imported = await importJWK(members as Record<string, string>, key.alg);
    await compactVerify(token.text, imported, { algorithms: [key.alg] });
  } catch (error) {
    throw new TokenError(`signature: ${(error as Error).message}`);
  }
  return token.payload;
}

/** Read the payload's text, for those who have verified it. */
export function text(payload: Bytes): string {
  return readUtf8(payload);
}
