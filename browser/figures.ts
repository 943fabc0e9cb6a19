// Check 9: the figures follow from each other, and the conclusion from the figures (verifier/figures.py, rules/completion.py).

import { encode } from "./base64url.ts";
import { type Bytes, sha256 } from "./bytes.ts";
import type { Credential, Subject, YearFigures } from "./credential.ts";
import { VerifierError } from "./errors.ts";
import { amount, CATEGORIES, long, note } from "./fields.ts";
import { type Library, type Settings, settingsOf } from "./library.ts";
import { type Check, check, type Lack, type Says, says } from "./report.ts";
import { list, nullable, object, oneOf, read } from "./shape.ts";
import { load } from "./strict_json.ts";

const TENTHS = 10_000;
/** A hundredth of an hour, the least that is booked. */
const BOOKED = 100;
/** One registered activity of a statement (verifier/lines.py). */
const LINE = {
  activity: long,
  category: oneOf(...CATEGORIES, "exam", "major_assignment"),
  subject: nullable(oneOf("professional", "public")),
  claimed: amount,
  recognised: amount,
  article: note,
  reason: note,
};

/** Exact hours: ten-thousandths, the finest that the format has. */
function units(text: string): number {
  return Math.round(Number(text) * TENTHS);
}

/** Why rules are not known: as a part of a sentence, and what is wanted. */
export interface Missing {
  readonly why: Says;
  readonly lack: Lack;
}

/** (9) Sums, requirement and conclusion. Rules that are not known leave it undone, never passed; `missing` says why there are no more of them. */
export async function checkFigures(credential: Credential, lines: Bytes | null, library: Library, missing: Missing | null): Promise<Check> {
  const about = credential.credentialSubject;
  if (!("years" in about)) {
    const found = checkYear(about, library, missing);
    const problem = found.outcome === "not_done" || sums(about) ? null : await unequal(lines, about);
    return problem ? check(9, "failed", problem, found.against) : found;
  }
  const found = about.years.map((year) => ({ year: year.year, check: checkYear(year, library, missing) }));
  const worst = (["failed", "not_done"] as const).find((each) => found.some((one) => one.check.outcome === each));
  const told = found.filter((one) => worst === undefined || one.check.outcome === worst);
  const words = says(
    told.map((one) => `${one.year} 年度：${one.check.detail.zh}`).join(""),
    told.map((one) => `${one.year}: ${one.check.detail.en}`).join(" "),
  );
  return check(9, worst ?? "passed", words, [...new Set(found.map((one) => one.check.against))].join(", "), told[0]?.check.lack);
}

/** Name the rules that a credential was decided by and a library does not have. */
export function unknownRules(credential: Credential, library: Library): string[] {
  const about = credential.credentialSubject;
  return ("years" in about ? about.years : [about]).flatMap((year) => unknown(year, library));
}

/** The rules of a year that a library does not have: the pack first, then notes, and overlays in force. */
function unknown(year: YearFigures, { packs, notes, overlays }: Library): string[] {
  const [first = "—", ...others] = named(year);
  return [...(packs.has(first) ? [] : [first]), ...others.filter((id) => !notes.has(id) && overlays.get(id) !== true)];
}

function named(year: YearFigures): string[] {
  return year.rules.filter((rule) => typeof rule === "string");
}

function checkYear(year: YearFigures, library: Library, missing: Missing | null): Check {
  const against = year.rules.map((rule) => (typeof rule === "string" ? rule : `例外 ${rule.exception}`)).join(", ");
  const absent = unknown(year, library).join(", ");
  if (absent !== "") {
    const [zh, en] = missing ? [`${missing.why.zh}，`, `, ${missing.why.en}`] : ["", ""];
    const words = says(`本程序没有规则 ${absent}，${zh}学时没有复核。`, `The rules ${absent} are not known here${en}.`);
    return check(9, "not_done", words, against, missing?.lack ?? "rules");
  }
  const problem = sums(year) ?? conclusion(year, library);
  return problem ? check(9, "failed", problem, against) : check(9, "passed", shown(year), against);
}

function sums(year: YearFigures): Says | null {
  const { hours, required } = year;
  if (units(hours.professional) + units(hours.public) !== units(hours.total)) {
    return says("专业加公需不等于合计。", "Professional and public hours do not add up to the total.");
  }
  if (Object.values(year.categories).reduce((sum, each) => sum + units(each), 0) !== units(hours.total)) {
    return says("各类学时相加不等于合计。", "The categories do not add up to the total.");
  }
  if (units(required.total) < units(required.professional) + units(required.public)) {
    return says("要求的学时互相矛盾。", "The required hours contradict each other.");
  }
  return null;
}

/** Add up a statement's lines where the signed ones came along; others are for check 10 to refuse. */
async function unequal(data: Bytes | null, about: Subject): Promise<Says | null> {
  const signed = "lines" in about ? about.lines : undefined;
  if (data === null || !signed || encode(await sha256(data)) !== signed.digest) {
    return null;
  }
  let lines: readonly { readonly recognised: string }[];
  try {
    lines = read(load(data), list(object(LINE)));
  } catch (error) {
    if (error instanceof VerifierError) {
      return null;
    }
    throw error;
  }
  const total = lines.reduce((sum, line) => sum + units(line.recognised), 0);
  const right = lines.length !== signed.count || total === units(about.hours.total);
  return right ? null : says("明细相加不等于合计。", "The lines do not add up to the total.");
}

function conclusion(year: YearFigures, { packs, notes }: Library): Says | null {
  const ids = named(year);
  const [id] = ids as [string];
  const pack = packs.get(id);
  const settings = pack ? settingsOf(pack, year.year, ids.flatMap((each) => notes.get(each) ?? [])) : null;
  const flags = year.deemed.flatMap((each) => Object.keys(each));
  if (settings === null) {
    return flags.includes("origin")
      ? null // a year that was concluded elsewhere needs no rules of ours (Art. 11)
      : says(`规则集 ${id} 不管 ${year.year} 年。`, `The rules ${id} do not govern ${year.year}.`);
  }
  const excepted = year.rules.length > ids.length;
  if (!excepted && !asRequired(year, settings)) {
    return says("要求的学时与规则集不符。", "The required hours are not those of the rules.");
  }
  if (year.conclusion === "complete" && ![...flags, "none"].some((flag) => completes(year, settings, flag))) {
    return says("学时没有达到要求，却写着完成。", "The hours do not reach what is required, yet it says complete.");
  }
  return null;
}

function asRequired({ required }: YearFigures, settings: Settings): boolean {
  const [numerator, denominator] = settings.ratio.map(Number) as [number, number];
  // the least bookable figure that is not below the share, as rules/quantity.py has it
  const share = units(required.professional) === BOOKED * Math.ceil((units(settings.total) * numerator) / denominator / BOOKED);
  return (
    units(required.total) === units(settings.total) &&
    units(required.public) === units(settings.public) &&
    (settings.basis !== "required_total" || share)
  );
}

/** The test of a year, Article 4, with what is deemed. */
function completes({ hours, required }: YearFigures, settings: Settings, deemed: string): boolean {
  if (deemed === "all" || deemed === "origin") {
    return true;
  }
  if (deemed === "deferred") {
    return false;
  }
  const [professional, common] = [units(hours.professional), units(hours.public)];
  const enough =
    deemed === "none"
      ? professional >= units(required.professional) && units(hours.total) >= units(required.total)
      : withExam(professional, common, units(required.professional), units(required.total), settings) >= units(required.total);
  return enough && common >= units(required.public);
}

function withExam(professional: number, common: number, required: number, total: number, { exam }: Settings): number {
  if (exam === "waive_total") {
    return total;
  }
  return (exam === "additive" ? professional + required : Math.max(professional, required)) + common;
}

function shown(year: YearFigures): Says {
  const { hours, required } = year;
  const added = `${hours.professional} + ${hours.public} ＝ ${hours.total}`;
  const zh = `${added}；要求合计 ${required.total}、专业 ${required.professional}`;
  const en = `${added}; required ${required.total}`;
  const articles = year.deemed.flatMap((each) => Object.values(each)).join("、");
  return articles
    ? says(`${zh}；视同依据${articles}。`, `${en}, professional ${required.professional}; deemed under ${articles}.`)
    : says(`${zh}。`, `${en}, of which professional ${required.professional}.`);
}
