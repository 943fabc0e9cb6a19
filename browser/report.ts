// What the verifier says: every check by number and name, never a bare true (verifier/report.py, sentences.py).

import type { Credential } from "./credential.ts";
import { momentText } from "./fields.ts";
import type { Source } from "./source.ts";
import type { TrustList } from "./trust.ts";
import { AGAINST, CHECKS, DOCUMENTS, KINDS, STEPS, VERDICTS } from "./wording.ts";

export type Outcome = "passed" | "failed" | "not_done" | "not_applicable";
export type Verdict = "forged" | "revoked" | "superseded" | "undetermined" | "genuine";
export type Standing = "valid" | "superseded" | "revoked" | "unknown";
export type InputKind = "token" | "qr" | "pdf" | "scan";

/** Why a check was not done, as far as somebody can do something about it (verifier/report.py). */
export type Lack =
  | "source"
  | "trust"
  | "fresh"
  | "files"
  | "sound"
  | "witnesses"
  | "later"
  | "place"
  | "rules"
  | "newer"
  | "page"
  | "stranger";

/** One sentence, in Chinese and in English. */
export interface Says {
  readonly zh: string;
  readonly en: string;
}

export interface Check {
  readonly number: number;
  readonly code: string;
  readonly name: Says;
  readonly outcome: Outcome;
  readonly detail: Says;
  readonly against: string;
  /** `against` in words. */
  readonly measured: Says;
  /** Of a check that was not done, what it wants; empty where it waits for another check. */
  readonly lack: Lack | "";
}

export interface Warn extends Says {
  readonly code: string;
}

export interface Report {
  readonly file: string;
  readonly input: InputKind;
  readonly verdict: Verdict;
  readonly headline: Says;
  readonly nextStep: Says;
  readonly document: (Says & { readonly type: string }) | null;
  readonly issuer: Says | null;
  readonly subject: Credential["credentialSubject"] | null;
  readonly successor: string | null;
  readonly checks: readonly Check[];
  readonly warnings: readonly Warn[];
  readonly trust: { readonly number: number; readonly issued: string; readonly expires: string; readonly source: string; readonly situation: string; readonly asOf: string | null };
  readonly checkedAt: string;
}

/** Checks of a PDF that are made by the server and the command line, never here. */
export const ELSEWHERE: readonly number[] = [10, 11];
const PAGE_LEFT = says("签名数据成立，页面文字还没有比对", "The signed data holds; the page's words are not compared yet");

export function says(zh: string, en: string): Says {
  return { zh, en };
}

export function check(number: number, outcome: Outcome, detail: Says, against = "", lack: Lack | "" = ""): Check {
  const { code, zh, en } = CHECKS[number - 1] as (typeof CHECKS)[number];
  const measured = says(
    AGAINST.reduce((words, each) => words.replace(each.found, each.zh), against),
    against.replaceAll("例外 ", "exception "),
  );
  return { number, code, name: { zh, en }, outcome, detail, against, measured, lack };
}

/** Give the worst that applies; genuine only when nothing that applies is left undone. */
export function judge(checks: readonly Check[], standing: Standing): Verdict {
  const failed = checks.filter((each) => each.outcome === "failed");
  if (failed.some((each) => each.number !== 7)) {
    return "forged";
  }
  if (standing === "revoked" || standing === "superseded") {
    return standing;
  }
  return failed.length > 0 || checks.some((each) => each.outcome === "not_done") ? "undetermined" : "genuine";
}

/** What a report is made of, before it is put into words. */
export interface Findings {
  readonly file: string;
  readonly input: InputKind;
  readonly checks: readonly Check[];
  readonly standing: Standing;
  readonly credential: Credential | null;
  readonly issuer: Says | null;
  readonly successor: string | null;
  readonly warnings: readonly Warn[];
  readonly trust: TrustList;
  readonly source: Source | null;
  readonly now: number;
}

/** Put findings into words. */
export function report(found: Findings): Report {
  const verdict = judge(found.checks, found.standing);
  const type = found.credential?.type[1];
  const document = type ? (DOCUMENTS[type] as Says) : null;
  return {
    file: found.file,
    input: found.input,
    verdict,
    headline: headline(verdict, type, onlyPage(verdict, found)),
    nextStep: nextStep(verdict, found),
    document: type && document ? { type, zh: document.zh, en: document.en } : null,
    issuer: found.issuer,
    subject: found.credential?.credentialSubject ?? null,
    successor: found.successor,
    checks: found.checks,
    warnings: found.warnings,
    trust: {
      number: found.trust.number,
      issued: found.trust.issued,
      expires: found.trust.expires,
      source: found.source?.label ?? "",
      situation: found.source?.situation ?? "offline",
      asOf: found.source?.asOf ?? null,
    },
    checkedAt: momentText(found.now),
  };
}

/** Say whether nothing but the page of a PDF is left, which is for the server and the command line to compare. */
function onlyPage(verdict: Verdict, found: Findings): boolean {
  const undone = found.checks.filter((each) => each.outcome === "not_done");
  return verdict === "undetermined" && found.input === "pdf" && undone.every((each) => ELSEWHERE.includes(each.number));
}

function headline(verdict: Verdict, type: string | undefined, page: boolean): Says {
  const word = page ? PAGE_LEFT : (VERDICTS[verdict] as Says);
  if (type === undefined) {
    return says(`${word.zh}：认不出是什么证明`, `${word.en}: no document could be made out`);
  }
  const document = DOCUMENTS[type] as Says;
  const kind = page ? says("凭证是{zh}", "the credential is a {en}") : (KINDS[verdict] as Says);
  const only = type === "CompletionCertificate" ? says("", "") : says("，不是完成证明", ", not a completion certificate");
  return says(
    `${word.zh}：${kind.zh.replace("{zh}", document.zh)}${only.zh}`,
    `${word.en}: ${kind.en.replace("{en}", document.en)}${only.en}`,
  );
}

function nextStep(verdict: Verdict, found: Findings): Says {
  switch (verdict) {
    case "genuine":
      return found.input === "pdf"
        ? says("可以采信。请核对姓名和证件号是不是本人。", "Accept it. Check that name and ID are this person's.")
        : says(
            "可以采信以下签名数据。请逐项对照手中的文件，并核对姓名和证件号是不是本人。",
            "Accept the signed data below. Compare the paper with it, item by item, and the name and ID with the person.",
          );
    case "superseded": {
      const [zh, en] = found.successor ? [`（编号 ${found.successor}）`, ` (${found.successor})`] : ["", ""];
      return says(
        `请本人提供新版${zh}，不要采用这份的学时。被取代不等于造假。`,
        `Ask for the newer version${en}. This is not forgery.`,
      );
    }
    case "revoked":
      return says("不要采信。可以向签发机关了解原因。", "Do not accept it. The issuer can say why.");
    case "forged":
      return says(
        "不要采信。请本人重新提供原件，并向签发机关核实。",
        "Do not accept it. Ask the person for the original, and ask the issuer.",
      );
    default:
      return onlyPage(verdict, found)
        ? says(
            "页面上印的字没有比对，先不要采信。请送服务器逐字比对；或以下面的签名数据为准，逐项对照页面。",
            "The words on the page were not compared, so do not rely on them yet. Have the server compare them; or go by the signed data below, item by item.",
          )
        : missing(found);
  }
}

/** Name the checks that were not done, each with the way to have it done; those that wait for another come along with the first. */
function missing({ checks, source }: Findings): Says {
  const undone = checks.filter((each) => each.outcome === "not_done");
  const groups = new Map<Lack, number[]>(undone.flatMap(({ lack }) => (lack ? [[lack, []]] : [])));
  const [first = "source"] = groups.keys();
  for (const { number, lack } of undone) {
    groups.get(lack || first)?.push(number);
  }
  const told = [...groups].map(([lack, numbers]) => ({ numbers, step: STEPS[lack][source?.situation ?? "offline"] }));
  return says(
    `${told.map(({ numbers, step }) => `第 ${numbers.join("、")} 项没有做成。${step.zh}`).join("")}在此之前不要当作有效。`,
    `${told.map(({ numbers, step }) => `Not done: ${numbers.join(", ")}; ${step.en} `).join("")}Until then do not rely on it.`,
  );
}
