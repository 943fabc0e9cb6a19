// Several documents: a row for each with its verdict, counts that add up, and the whole report of a row when asked for.

import { button, cell, chip, element, row, rowHead, say, t, table } from "./elements.ts";
import type { Document } from "./gather.ts";
import { draw, isOther, look, pageLeft, signedSubject, standsOn } from "./result.ts";
import type { Report, Says } from "./report.ts";
import { printPart } from "./screen.ts";
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
  /** Verify no more of them. */
  stop(): void;
}

/** Many documents on the page: rows come as they are verified and can be looked at while others are still waiting. */
export class Batch {
  readonly parts: readonly HTMLElement[];
  readonly #answers: Answer[] = [];
  readonly #heading = element("h2", { tabindex: "-1", class: "verdict-words" });
  readonly #tally = element("ul", { class: "tally" });
  readonly #foot = element("p", { class: "btns" });
  readonly #basis = element("div");
  readonly #table: HTMLElement;
  readonly #rows: HTMLElement;

  constructor(
    readonly all: number,
    readonly handlers: Handlers,
  ) {
    const columns = [say("文件", "File"), say("姓名、证件号", "Name, ID"), say("年度", "Year"), say("合计学时", "Total hours"), say("结果", "Outcome"), say("报告", "Report")];
    this.#table = table("cards batch", say("每份一行", "A row for each"), columns, []);
    this.#rows = this.#table.querySelector("tbody") as HTMLElement;
    this.#table.hidden = true;
    this.parts = [this.#heading, this.#tally, this.#table, this.#foot, this.#basis];
    this.#goOn();
  }

  add(answer: Answer): void {
    this.#answers.push(answer);
    this.#rows.append(drawRow(answer, this.handlers));
    this.#table.hidden = false;
    this.#goOn();
  }

  /** Put a row in the place of another, once the server has looked at it. */
  replace(old: Answer, made: Answer): void {
    const at = this.#answers.indexOf(old);
    this.#answers[at] = made;
    this.#rows.children[at]?.replaceWith(drawRow(made, this.handlers));
    this.finish();
  }

  /** Say that no more rows come, and offer what can be done with all of them. */
  finish(): void {
    const left = this.#answers.filter((each) => each.report !== null && pageLeft(each.report) && !each.onServer);
    const send = button(
      say(`把 ${left.length} 份 PDF 送服务器比对页面文字（会上传）`, `Send ${left.length} PDFs to the server to compare their words (this uploads them)`),
      () => this.handlers.send(left),
    );
    const [made, missing] = [this.#answers.length, this.all - this.#answers.length];
    const short = missing > 0 ? say(`，还有 ${missing} 份没有核验`, `, ${missing} left out`) : "";
    this.#heading.textContent = say(`核验了 ${made} 份${short}`, `${made} verified${short}`);
    this.#tally.replaceChildren(...tally(this.#answers));
    this.#foot.replaceChildren(...(left.length > 0 ? [send] : []), button(say("打印这张表", "Print this table"), printPart));
    const last = this.#answers.filter((each) => each.report !== null).at(-1)?.report;
    this.#basis.replaceChildren(...(last ? [standsOn({ ...last, file: "" })] : []));
  }

  /** Go back to a row, to the button that opened its report. */
  goTo(answer: Answer): void {
    this.#rows.children[this.#answers.indexOf(answer)]?.querySelector("button")?.focus();
  }

  /** Show how far it is. */
  #goOn(): void {
    const made = this.#answers.length;
    const words = say(`核验了 ${made} / ${this.all} 份`, `${made} of ${this.all} verified`);
    this.#heading.replaceChildren(words, element("progress", { max: String(this.all), value: String(made), "aria-label": words }));
    this.#tally.replaceChildren(...tally(this.#answers));
    if (made === 0) {
      this.#foot.replaceChildren(button(say("停下，看已核验的", "Stop and keep these"), () => this.handlers.stop()));
    }
  }
}

/** Count what the rows say; the counts add up to their number. */
function tally(answers: readonly Answer[]): HTMLElement[] {
  const counts = new Map<string, { one: Answer; count: number }>();
  for (const each of answers) {
    const words = short(each);
    counts.set(words, { one: each, count: (counts.get(words)?.count ?? 0) + 1 });
  }
  return [...counts].map(([words, { one, count }]) => element("li", {}, marked(one, words), ` ${count}`));
}

function short({ report }: Answer): string {
  if (report === null) {
    return say("没有核验", "Not verified");
  }
  const words = pageLeft(report) ? say("签名成立，文字未比对", "Signed, words not compared") : t(VERDICTS[report.verdict] as Says);
  return signedSubject(report) && isOther(report) ? `${words}${say("（不是完成证明）", " (no completion certificate)")}` : words;
}

/** What the outcome looks like: mark and colour. */
function marked({ report }: Answer, words: string): HTMLElement {
  const mark = report === null ? "none" : look(report);
  return chip({ ok: "ok", other: "none", old: "wait", bad: "bad" }[mark] ?? "none", mark, words);
}

function drawRow(answer: Answer, handlers: Handlers): HTMLElement {
  const { report } = answer;
  const about = report && signedSubject(report);
  const counted = about !== null && report !== null && KINDS[report.verdict] !== undefined && report.verdict !== "forged";
  const years = about && counted ? ("years" in about ? about.years : [about]) : [];
  const grey = report !== null && report.verdict !== "genuine" ? "muted" : "";
  const open = report ? [button(say("看报告", "Report"), () => handlers.open(answer), "btn btn-small")] : [];
  return row(
    report && look(report) === "bad" ? "hot" : "",
    rowHead(answer.document.name),
    cell({ "data-l": say("姓名、证件号", "Name, ID") }, about && counted ? `${about.name} ${about.identifier}` : "—"),
    cell({ "data-l": say("年度", "Year") }, years.map((each) => each.year).join("、") || "—"),
    cell({ "data-l": say("合计学时", "Total hours"), class: grey }, years.map((each) => each.hours.total).join("、") || "—"),
    cell({ "data-l": say("结果", "Outcome") }, marked(answer, short(answer)), ...reason(answer)),
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
