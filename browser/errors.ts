// Errors of the browser's verifier, named like those of verifier/errors.py and ledger/errors.py.

export class VerifierError extends Error {}
/** A JWS that is malformed, or whose signature does not hold. */
export class TokenError extends VerifierError {}
/** Something that is not what docs/format.md says; the message names the place. */
export class FormatError extends VerifierError {}
/** A type, version, frame format or dictionary that a newer verifier may know. */
export class NewerError extends FormatError {}
/** A status list that cannot be relied on: never read as "not revoked". */
export class StatusError extends VerifierError {}
/** A status list that is past its time; `issued` is its moment, in seconds. */
export class StaleError extends StatusError {
  constructor(readonly issued: number) {
    super("a list that is too old");
  }
}
/** A trust list that cannot be relied on. */
export class TrustError extends VerifierError {}
/** Signed data that is older than what was seen here before. */
export class RollbackError extends VerifierError {}
/** Published rules that are not what their issuer signed, or cannot be read. */
export class RulingsError extends VerifierError {}
/** A file for rooms without network that is not one. */
export class BundleError extends VerifierError {}
/** A public file that cannot be had. */
export class SourceError extends VerifierError {}
/** The place where a public file should be was reached, and there is none. */
export class AbsentError extends SourceError {}
/** A proof of the ledger that does not hold. */
export class LedgerError extends VerifierError {}
/** An entry, or a year's list, of a version that is not read here: a later one, or the draft. */
export class LedgerVersionError extends LedgerError {}
/** Too few witnesses of a checkpoint. */
export class QuorumError extends LedgerError {}
/** An input that cannot be used as given. */
export class InputError extends VerifierError {
  constructor(
    readonly zh: string,
    readonly en: string,
  ) {
    super(en);
  }
}
