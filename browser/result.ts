// One report on the page: the verdict first, then what is signed, the checks, and what they stand on.

import type { Subject, YearFigures } from "./credential.ts";
import { age, button, cell, chip, element, icon, inBeijing, note, row, rowHead, say, t, table } from "./elements.ts";
import { type Check, ELSEWHERE, type Outcome, type Report, type Says } from "./report.ts";
import { printPart } from "./screen.ts";
import { DEEMED, OUTCOMES } from "./wording.ts";

const MARKS: Record<Outcome, string> = { passed: "ok", failed: "bad", not_done: "none", not_applicable: "na" };
const LOOKS: Record<Report["verdict"], string> = { genuine: "ok", superseded: "old", revoked: "bad", forged: "bad", undetermined: "none" };
const COMPLETION = "CompletionCertificate";
const MADE_UP: Says = { zh: "顺延完成", en: "made up after a deferral" };

/** How a verdict looks. A genuine statement of hours is never drawn as a completion certificate is: other mark, other colour. */
export function look(report: Report): string {
  const looks = LOOKS[report.verdict];
  return looks === "ok" && report.document?.type !== COMPLETION ? "other" : looks;
}

/** The subject, once one credential is established as signed by the issuer; nothing of an unsigned one is shown. */
export function signedSubject(report: Report): NonNullable<Report["subject"]> | null {
  const held = report.checks[0]?.outcome === "passed" && report.checks[3]?.outcome === "passed";
  return held ? report.subject : null;
}

/** Say whether the server could finish what this page left: the words on a PDF's page, and the PDF's own signature. */
export function pageLeft(report: Report): boolean {
  return report.verdict === "undetermined" && report.checks.some((each) => each.outcome === "not_done" && ELSEWHERE.includes(each.number));
}

/** Say whether it is another document than a certificate of completion. */
export function isOther(report: Report): boolean {
  return report.document !== null && report.document.type !== COMPLETION;
}

/** Draw a report; `onServer` says that the service made it, `more` are buttons beside the one for printing. */
export function draw(report: Report, onServer: boolean, ...more: HTMLElement[]): HTMLElement[] {
  const looks = look(report);
  const failed = report.checks.filter((each) => each.outcome === "failed");
  return [
    element(
      "div",
      { class: `verdict verdict-${looks}` },
      icon(looks),
      element(
        "div",
        { class: "stack-s" },
        element("h2", { tabindex: "-1", class: "verdict-words" }, t(report.headline)),
        ...summary(report),
        ...failed.map((each) => element("p", {}, element("b", {}, say("原因：", "Why: ")), say(`第 ${each.number} 项未通过。`, `check ${each.number} failed. `), t(each.detail))),
        element("p", {}, element("b", {}, say("下一步：", "Next: ")), t(report.nextStep)),
        element("p", { class: "btns" }, ...more, button(say("打印核验结果", "Print this result"), printPart)),
      ),
    ),
    ...notes(report),
    ...signedRows(report),
    checksTable(report, onServer),
    standsOn(report),
  ];
}

function summary(report: Report): HTMLElement[] {
  const about = signedSubject(report);
  if (about === null) {
    return [];
  }
  const issuer = report.issuer ? say(`签发机关：${report.issuer.zh}。`, ` Issuer: ${report.issuer.en}.`) : "";
  const years = "years" in about ? about.years : [about];
  const told = years.map((each) => inWords(each)).join(say("；", "; "));
  const but = ["genuine", "superseded"].includes(report.verdict) ? "" : say("签名里写的是：", "What is signed: ");
  return [element("p", {}, but, element("b", { lang: "zh-CN" }, about.name), say("，", ", "), told, say("。", "."), issuer)];
}

function inWords(year: YearFigures): string {
  const { total, professional, public: common } = year.hours;
  return say(
    `${year.year} 年度${conclusion(year)}，共 ${total} 学时，其中专业 ${professional}、公需 ${common}`,
    `${year.year} ${conclusion(year)}: ${total} hours, ${professional} professional and ${common} public`,
  );
}

/** How the year stands, in a word or two, with what is deemed or deferred and under which article. */
function conclusion(year: YearFigures): string {
  const done = year.conclusion === "complete" ? say("完成", "complete") : say("未完成", "incomplete");
  const because = flags(year).map(([words, article]) => say(`${words.zh}，依据${article}`, `${words.en} under ${article}`));
  return because.length === 0 ? done : say(`${done}（${because.join("；")}）`, `${done} (${because.join("; ")})`);
}

function flags(year: YearFigures): [Says, string][] {
  const names = year.conclusion === "complete" ? { ...DEEMED, deferred: MADE_UP } : DEEMED;
  return year.deemed.flatMap((each) => Object.entries(each)).map(([flag, article]) => [names[flag] as Says, article]);
}

/** The same in the words that the document prints (verifier/wording.py). */
export function finding(year: YearFigures): string {
  const because = flags(year).map(([words, article]) => `${words.zh}（依据${article}）`).join("、");
  if (year.conclusion !== "complete") {
    return because === "" ? "该年度学时要求尚未完成" : `该年度学时要求尚未完成，${because}`;
  }
  if (year.deemed.some((each) => "all" in each || "origin" in each)) {
    return because;
  }
  return because === "" ? "达到该年度学时要求" : `${because}，达到该年度学时要求`;
}

function notes(report: Report): HTMLElement[] {
  const made: HTMLElement[] = [];
  if (signedSubject(report) && report.document && isOther(report)) {
    made.push(
      note(
        "note-wait",
        "warn",
        say("这不是完成证明", "This is not a completion certificate"),
        element("p", {}, say(`${report.document.zh}不能代替完成证明，不能作为完成当年继续教育的依据。`, `A ${report.document.en.toLowerCase()} does not stand for a completion certificate.`)),
      ),
    );
  }
  for (const each of report.warnings) {
    const host = each.code.includes("host");
    const title = host ? say("二维码的网址不是签发机关的", "The QR's address is not the issuer's") : "";
    made.push(note(host ? "note-bad" : "note-wait", "warn", title, element("p", {}, t(each))));
  }
  if (report.verdict === "superseded") {
    const words = say("签名是真的，学时后来更正过。", "The signature is good; the hours were corrected later.");
    made.push(note("", "info", say("这不等于造假", "This is not forgery"), element("p", {}, words)));
  }
  return made;
}

/** The signed data, item by item, to be compared with the paper or the page in hand. */
function signedRows(report: Report): HTMLElement[] {
  const about = signedSubject(report);
  if (about === null) {
    const words = say("没有签名成立的内容可以显示。文件上写的，都不能采信。", "Nothing in it is signed data that could be shown. Rely on none of what it says.");
    return [note("", "info", "", element("p", {}, words))];
  }
  const item = (zh: string, en: string, value: string): HTMLElement =>
    row("", rowHead(say(zh, en)), cell({}, element("b", { lang: "zh-CN" }, value)));
  const rows = [
    item("文件", "Document", report.document?.zh ?? ""),
    item("姓名", "Name", about.name),
    item("证件号", "ID number", about.identifier),
    item("单位", "Employer", about.employer),
    ...("years" in about ? about.years.map((each) => item(`${each.year} 年度`, `Year ${each.year}`, transferred(each))) : ofYear(about, item)),
    item("登记机关", "Registrar", about.registrar),
    item("编号", "Number", `${about.serial}，第 ${about.version} 版`),
  ];
  const columns = [say("项目", "Item"), say("签名里写的", "Signed")];
  return [table("signed", say("签名里写的（以此为准，请逐项对照手中的文件）", "What is signed (this is what counts: compare it with the paper in hand)"), columns, rows)];
}

function ofYear(about: Subject, item: (zh: string, en: string, value: string) => HTMLElement): HTMLElement[] {
  return [
    item("年度", "Year", String(about.year)),
    item("认定学时", "Recognised hours", amounts(about.hours)),
    item("要求学时", "Required hours", amounts(about.required)),
    item("结论", "Conclusion", finding(about)),
  ];
}

function amounts({ professional, public: common, total }: YearFigures["hours"]): string {
  return `专业 ${professional}，公需 ${common}，合计 ${total}`;
}

function transferred(year: YearFigures & { readonly certificate: string }): string {
  return `${amounts(year.hours)}；${finding(year)}；${year.certificate}`;
}

function checksTable(report: Report, onServer: boolean): HTMLElement {
  const count = (outcome: Outcome): number => report.checks.filter((each) => each.outcome === outcome).length;
  const [passed, failed, undone, none] = [count("passed"), count("failed"), count("not_done"), count("not_applicable")];
  const where = onServer ? say("（由服务器完成）", " (by the server)") : say("（在您的设备上）", " (on your device)");
  const caption = say(
    `逐项核验${where}：通过 ${passed} 项，未通过 ${failed} 项，未做 ${undone} 项，不适用 ${none} 项`,
    `Checks${where}: ${passed} passed, ${failed} failed, ${undone} not done, ${none} not applicable`,
  );
  const columns = [say("号", "No."), say("核验什么", "What"), say("结果", "Outcome"), say("对照什么，查到什么", "Against what, and what was found")];
  return table("checks", caption, columns, report.checks.map(checkRow));
}

function checkRow(check: Check): HTMLElement {
  const kind = check.outcome === "failed" ? "hot" : check.outcome === "not_done" ? "skipped" : "";
  const mark = MARKS[check.outcome];
  const against = check.against ? [element("span", { class: "against" }, t(check.measured))] : [];
  return row(
    kind,
    cell({ class: "no" }, String(check.number)),
    rowHead(t(check.name)),
    cell({ class: "res" }, chip(mark, mark, t(OUTCOMES[check.outcome] as Says))),
    cell({ class: "found" }, t(check.detail), ...against),
  );
}

/** Say when it was verified, and by which trust data. */
export function standsOn(report: Report): HTMLElement {
  const { trust } = report;
  const [checked, issued] = [Date.parse(report.checkedAt), Date.parse(trust.issued)];
  const old = age((checked - issued) / 1000);
  const file = report.file ? say(`文件：${report.file}。`, ` File: ${report.file}.`) : "";
  const kept = trust.asOf
    ? say(
        `没有联网取数据，用的是 ${inBeijing(trust.asOf)} 的资料，已 ${age((checked - Date.parse(trust.asOf)) / 1000)}。`,
        `Not read online: data of ${inBeijing(trust.asOf)}, ${age((checked - Date.parse(trust.asOf)) / 1000)} old.`,
      )
    : "";
  return note(
    "",
    "info",
    "",
    element("p", {}, say(`核验于 ${inBeijing(report.checkedAt)}（北京时间）。`, `Verified ${inBeijing(report.checkedAt)} (UTC+8).`), file),
    element(
      "p",
      {},
      say(
        `信任名单第 ${trust.number} 号，${inBeijing(trust.issued)} 签发，已 ${old}，有效到 ${inBeijing(trust.expires)}。${kept}`,
        `Trust list no. ${trust.number}, signed ${inBeijing(trust.issued)}, ${old} old, good until ${inBeijing(trust.expires)}. ${kept}`,
      ),
    ),
  );
}
