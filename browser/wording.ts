// The words of a report, made from verifier/report.py, sentences.py and status.py; a test holds them equal.

import words from "./words.json" with { type: "json" };

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export const CHECKS: readonly (Words & { readonly code: string })[] = words.checks;
export const VERDICTS: Readonly<Record<string, Words>> = words.verdicts;
export const KINDS: Readonly<Record<string, Words>> = words.kinds;
export const DOCUMENTS: Readonly<Record<string, Words>> = words.documents;
export const INPUTS: Readonly<Record<string, { readonly zh: string }>> = words.inputs;
export const OUTCOMES: Readonly<Record<string, Words>> = words.outcomes;
export const REASONS: Readonly<Record<keyof typeof words.reasons, Words>> = words.reasons;
export const DEEMED: Readonly<Record<string, Words>> = words.deemed;

/** What to do about a check that was not done, by what it wants and where public files come from. */
export const STEPS: Readonly<Record<keyof typeof words.steps, Readonly<Record<"online" | "bundle" | "offline", Words>>>> = words.steps;

/** What a check was measured against, where the report's words for it are English: what is found, and the Chinese. */
export const AGAINST: readonly { readonly found: RegExp; readonly zh: string }[] = words.against.map(({ found, zh }) => ({ found: new RegExp(found, "g"), zh }));
