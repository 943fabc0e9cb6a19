// base64url as signed formats need it: without padding, and one text for one value (RFC 4648 sections 3.5 and 5).

const ALPHABET = /^[A-Za-z0-9_-]*$/;

/** Write bytes as base64url without padding. */
export function encode(data: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < data.length; at += 0x8000) {
    binary += String.fromCharCode(...data.subarray(at, at + 0x8000));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Read base64url, refusing padding, other characters, and spare bits that are not zero. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  if (!ALPHABET.test(text) || text.length % 4 === 1) {
    throw new RangeError("base64url without padding");
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const data = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (encode(data) !== text) {
    throw new RangeError("base64url whose spare bits are zero");
  }
  return data;
}
