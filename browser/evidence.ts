// What an input holds: credentials and where they were found, before anything is verified (verifier/evidence.py).

import { type Bytes, isAscii } from "./bytes.ts";
import { InputError, NewerError, VerifierError } from "./errors.ts";
import type { InputKind } from "./report.ts";
import { decodeQr, type Dictionaries, looksLikeQr } from "./transport.ts";

export const MAX_INPUT = 20_000_000;
export const TOKEN = /^[A-Za-z0-9_=+/-]+\.[A-Za-z0-9_=+/-]*\.[A-Za-z0-9_=+/-]*$/;

/** One credential found in the input, as text, unverified. */
export interface Finding {
  readonly jws: string;
  readonly where: string;
  readonly host: string | null;
  readonly index: number | null;
}

/** Something that claims to carry a credential and does not. */
export interface Unreadable {
  readonly where: string;
  readonly why: string;
  readonly newer: boolean;
}

/** All that was found in one input. */
export interface Evidence {
  readonly name: string;
  readonly kind: InputKind;
  readonly findings: readonly Finding[];
  readonly unreadable: readonly Unreadable[];
  readonly proof: Bytes | null;
  /** The attached lines.json of a statement. */
  readonly lines: Bytes | null;
  readonly pdfSignatures: number;
  /** QR codes beside ours, as text: shown as a warning, never opened. */
  readonly otherCodes: readonly string[];
}

export const NOTHING: Omit<Evidence, "name" | "kind"> = {
  findings: [],
  unreadable: [],
  proof: null,
  lines: null,
  pdfSignatures: 0,
  otherCodes: [],
};

/** White space around a text, as verifier/evidence.py takes it away. */
const OUTER_SPACE = /^[\s\x1c-\x1f]+|[\s\x1c-\x1f]+$/g;

/** Read text: a token, a QR's URL, or its digits. */
export function readText(given: string, name: string, dictionaries: Dictionaries): Evidence {
  const text = isAscii(given) ? given.replace(OUTER_SPACE, "") : ""; // no credential or address has other letters
  if (looksLikeQr(text)) {
    return { ...NOTHING, name, kind: "qr", ...sort([readCode(text, "QR text", dictionaries)]) };
  }
  if (TOKEN.test(text)) {
    return { ...NOTHING, name, kind: "token", findings: [{ jws: text, where: "token", host: null, index: null }] };
  }
  throw new InputError("里面没有凭证：请给出二维码里的整条网址，或凭证的全部文字", "there is no credential in it: give the whole address in the QR code, or the whole token");
}

/** Read the text of one of our QR codes. */
export function readCode(text: string, where: string, dictionaries: Dictionaries): Finding | Unreadable {
  try {
    return { ...decodeQr(text, dictionaries), where };
  } catch (error) {
    if (error instanceof VerifierError) {
      return { where, why: error.message, newer: error instanceof NewerError };
    }
    throw error;
  }
}

/** Tell what was read from what could not be. */
export function sort(found: readonly (Finding | Unreadable)[]): Pick<Evidence, "findings" | "unreadable"> {
  return {
    findings: found.filter((each) => "jws" in each),
    unreadable: found.filter((each) => "why" in each),
  };
}
