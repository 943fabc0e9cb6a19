// Several documents: a row for each with its verdict, counts that add up, and the whole report of a row when asked for.

import { button, cell, chip, element, row, rowHead, say, t, table } from "./elements.ts";
import type { Document } from "./gather.ts";
import { draw, look, pageLeft, signedSubject } from "./result.ts";
import type { Report, Says } from "./report.ts";
import { KINDS, VERDICTS } from "./wording.ts";

/** What became of one document: a report (by the server, where it was sent), or why there is none. */
export interface Answer {
  readonly document: Document;
  readonly report: Report | null;
  readonly problem: Says | null;
  readonly onServer: boolean;
}

export interface Handlers {
  /** Show one report whole. */
  open(answer: Answer): void;
  /** Send these to the server. */
  send(answers: readonly Answer[]): void;
}

/** How far it is; a bar and the real count. */
export function progress(done: number, all: number): HTMLElement {
  const words = say(`核验了 ${done} / ${all} 份`, `${done} of ${all} verified`);
  return element("p", {}, element("progress", { max: String(all), value: String(done), "aria-label": words }), " ", words);
}

/** Draw all rows, with a line of counts and the buttons that belong to all. */
export function drawBatch(answers: readonly Answer[], handlers: Handlers): HTMLElement[] {
  const left = answers.filter((each) => each.report !== null && pageLeft(each.report) && !each.onServer);
  const send = button(
    say(`把 ${left.length} 份 PDF 送服务器比对页面文字（会上传）`, `Send ${left.length} PDFs to the server to compare their words (this uploads them)`),
    () => handlers.send(left),
  );
  const columns = [say("文件", "File"), say("姓名、证件号", "Name, ID"), say("年度", "Year"), say("合计学时", "Total hours"), say("结果", "Outcome"), say("报告", "Report")];
  return [
    element("h2", { tabindex: "-1", class: "verdict-words" }, say(`核验了 ${answers.length} 份`, `${answers.length} verified`)),
    element("p", {}, tally(answers)),
    table("cards batch", say("每份一行", "A row for each"), columns, answers.map((each) => drawRow(each, handlers))),
    element("p", { class: "btns" }, ...(left.length > 0 ? [send] : []), button(say("打印这张表", "Print this table"), () => window.print())),
  ];
}

/** Count what the rows say; the counts add up to their number. */
function tally(answers: readonly Answer[]): string {
  const counts = new Map<string, number>();
  for (const each of answers) {
    const words = short(each);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, count]) => `${words} ${count}`).join(say("；", "; "));
}

function short({ report }: Answer): string {
  if (report === null) {
    return say("没有核验", "Not verified");
  }
  if (pageLeft(report)) {
    return say("签名成立，文字未比对", "Signed, words not compared");
  }
  const words = t(VERDICTS[report.verdict] as Says);
  return look(report) === "other" ? `${words}${say("（不是完成证明）", " (no completion certificate)")}` : words;
}

function drawRow(answer: Answer, handlers: Handlers): HTMLElement {
  const { report } = answer;
  const about = report && signedSubject(report);
  const counted = about !== null && report !== null && KINDS[report.verdict] !== undefined && report.verdict !== "forged";
  const years = about && counted ? ("years" in about ? about.years : [about]) : [];
  const mark = report === null ? "none" : look(report);
  const kind = { ok: "ok", other: "none", old: "wait", bad: "bad", none: "none" }[mark] ?? "none";
  const grey = report !== null && report.verdict !== "genuine" ? "muted" : "";
  const open = report ? [button(say("看报告", "Report"), () => handlers.open(answer), "btn btn-small")] : [];
  return row(
    kind === "bad" ? "hot" : "",
    rowHead(answer.document.name),
    cell({ "data-l": say("姓名、证件号", "Name, ID") }, about && counted ? `${about.name} ${about.identifier}` : "—"),
    cell({ "data-l": say("年度", "Year") }, years.map((each) => each.year).join("、") || "—"),
    cell({ "data-l": say("合计学时", "Total hours"), class: grey }, years.map((each) => each.hours.total).join("、") || "—"),
    cell({ "data-l": say("结果", "Outcome") }, chip(kind, mark, short(answer)), ...reason(answer)),
    cell({ class: "act" }, ...open),
  );
}

/** Why there is no report, or the first thing that failed or was not done. */
function reason({ report, problem }: Answer): HTMLElement[] {
  const failed = report?.checks.find((each) => each.outcome === "failed");
  const undone = report?.verdict === "undetermined" && !pageLeft(report) ? report.checks.find((each) => each.outcome === "not_done") : undefined;
  const words = problem ?? (failed ?? undone)?.detail;
  return words ? [element("span", { class: "against" }, t(words))] : [];
}

/** Draw the report of one row. */
export function drawOne(answer: Answer, ...more: HTMLElement[]): HTMLElement[] {
  return answer.report ? draw(answer.report, answer.onServer, ...more) : [];
}
