// The page: what is pasted, photographed or carried in the address is verified here, on the person's own device.

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { InputError, VerifierError } from "./errors.ts";
import { type Evidence, NOTHING, readCode, readText, sort } from "./evidence.ts";
import type { Check, Outcome, Report, Says } from "./report.ts";
import type { Ground } from "./source.ts";
import { looksLikeQr } from "./transport.ts";
import { openGround, prepare } from "./trusted.ts";
import { verify } from "./verify.ts";
import { OUTCOMES } from "./wording.ts";

const data = document.body.dataset;
const english = document.documentElement.lang === "en";
const t = (words: Says): string => (english ? words.en : words.zh);
const say = (zh: string, en: string): string => t({ zh, en });
const MARKS: Record<Outcome, string> = { passed: "ok", failed: "bad", not_done: "none", not_applicable: "na" };
const LOOKS: Record<Report["verdict"], string> = { genuine: "ok", superseded: "old", revoked: "bad", forged: "bad", undetermined: "none" };

function element(name: string, attributes: Record<string, string>, ...inside: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...inside);
  return made;
}

function icon(name: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

function row(check: Check): HTMLElement {
  const hot: Record<string, string> = check.outcome === "failed" ? { class: "hot" } : check.outcome === "not_done" ? { class: "skipped" } : {};
  const mark = MARKS[check.outcome];
  const against = check.against ? [element("span", { class: "against" }, check.against)] : [];
  return element(
    "tr",
    { role: "row", ...hot },
    element("td", { role: "cell", class: "no" }, String(check.number)),
    element("th", { role: "rowheader", scope: "row" }, t(check.name)),
    element("td", { role: "cell", class: "res" }, element("span", { class: `chip chip-${mark}` }, icon(mark), t(OUTCOMES[check.outcome] as Says))),
    element("td", { role: "cell", class: "found" }, t(check.detail), ...against),
  );
}

/** Signed data in one line a year; nothing of an unsigned credential is shown. */
function signed(report: Report): HTMLElement[] {
  const about = report.subject;
  if (about === null || report.checks[0]?.outcome !== "passed" || report.checks[3]?.outcome !== "passed") {
    return [element("p", {}, say("没有签名成立的内容可以显示。", "Nothing in it is signed data that could be shown."))];
  }
  const years = "years" in about ? about.years : [about];
  return [
    element("p", {}, element("b", {}, `${about.name} ${about.identifier}`), `，${about.employer}`),
    ...years.map((year) =>
      element(
        "p",
        {},
        say(
          `${year.year} 年度：合计 ${year.hours.total}，专业 ${year.hours.professional}，公需 ${year.hours.public} 学时。编号 ${about.serial}，第 ${about.version} 版。`,
          `${year.year}: total ${year.hours.total}, professional ${year.hours.professional}, public ${year.hours.public} hours. No. ${about.serial}, version ${about.version}.`,
        ),
      ),
    ),
  ];
}

function draw(report: Report): HTMLElement[] {
  const look = LOOKS[report.verdict];
  const print = element("button", { class: "btn", type: "button" }, say("打印核验结果", "Print this result"));
  print.addEventListener("click", () => window.print());
  const heading = element("h2", { tabindex: "-1", id: "verdict" }, t(report.headline));
  const headers = [say("号", "No."), say("核验什么", "What"), say("结果", "Outcome"), say("对照什么，查到什么", "Against what, and what was found")];
  const head = element("tr", { role: "row" }, ...headers.map((each) => element("th", { role: "columnheader", scope: "col" }, each)));
  const moment = inBeijing(report.checkedAt);
  const [issued, expires] = [inBeijing(report.trust.issued), inBeijing(report.trust.expires)];
  const kept = report.trust.asOf ? say(`没有联网，用的是 ${report.trust.asOf} 存下的资料。`, `Without network: data kept at ${report.trust.asOf}.`) : "";
  return [
    element(
      "div",
      { class: `verdict verdict-${look}` },
      icon(look),
      element(
        "div",
        { class: "stack-s" },
        heading,
        ...signed(report),
        element("p", {}, element("b", {}, say("下一步：", "Next: ")), t(report.nextStep)),
        element("p", { class: "btns" }, print),
      ),
    ),
    ...report.warnings.map((each) => element("div", { class: "note note-bad" }, icon("warn"), element("p", {}, t(each)))),
    element(
      "table",
      { role: "table", class: "table checks" },
      element("caption", {}, say("逐项核验（在您的设备上）", "Checks (on your device)")),
      element("thead", { role: "rowgroup" }, head),
      element("tbody", { role: "rowgroup" }, ...report.checks.map(row)),
    ),
    element(
      "div",
      { class: "note" },
      icon("info"),
      element(
        "p",
        {},
        say(
          `核验于 ${moment}（北京时间）。信任名单第 ${report.trust.number} 号，${issued} 签发，有效到 ${expires}。${kept}`,
          `Verified ${moment} (UTC+8). Trust list no. ${report.trust.number}, signed ${issued}, good until ${expires}. ${kept}`,
        ),
      ),
    ),
  ];
}

/** Write a moment as a clock in Gansu shows it, to the minute; Sweden writes days as the report does. */
function inBeijing(moment: string | number): string {
  return new Date(moment).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });
}

async function readPicture(file: File, ground: Ground): Promise<Evidence> {
  prepareZXingModule({ overrides: { locateFile: () => data["zxing"] ?? "" } });
  const codes = (await readBarcodes(file, { formats: ["QRCode"], tryHarder: true })).map((each) => each.text);
  const ours = [...new Set(codes.filter(looksLikeQr))];
  if (ours.length === 0) {
    throw new InputError("图上没有读到证明的二维码，请拍近一些、平一些", "no certificate's QR was read in the picture");
  }
  const found = ours.map((code, at) => readCode(code, `QR ${at + 1}`, ground.dictionaries));
  return { ...NOTHING, name: file.name, kind: "scan", ...sort(found), otherCodes: codes.filter((code) => !looksLikeQr(code)) };
}

/** Verify on this device and show it; an input that cannot be used says why. */
async function show(read: (ground: Ground) => Promise<Evidence> | Evidence): Promise<void> {
  const place = document.getElementById("result") as HTMLElement;
  place.replaceChildren(element("p", { class: "muted" }, say("正在核验……", "Verifying…")));
  try {
    const ground = await openGround({ dictionary: data["dictionary"] ?? "" }, Math.floor(Date.now() / 1000));
    place.replaceChildren(...draw(await verify(await read(ground), ground)));
    document.getElementById("verdict")?.focus();
    history.replaceState(null, "", location.pathname + location.search);
  } catch (error) {
    if (!(error instanceof VerifierError)) {
      throw error;
    }
    const why = error instanceof InputError ? t(error) : error.message;
    const words = say(`没有核验：${why}。这不是对真伪的判断。`, `Not verified: ${why}. This says nothing about whether it is genuine.`);
    place.replaceChildren(element("div", { class: "note note-bad", role: "alert" }, icon("warn"), element("p", {}, words)));
  }
}

function start(): void {
  const text = document.getElementById("text") as HTMLTextAreaElement | null;
  text?.form?.addEventListener("submit", (event) => {
    const given = text.value.replace(/\s+/g, "");
    if (given !== "") {
      event.preventDefault();
      void show((ground) => readText(given, "", ground.dictionaries));
    }
  });
  const file = document.getElementById("file") as HTMLInputElement | null;
  file?.form?.addEventListener("submit", (event) => {
    const [given] = file.files ?? [];
    if (given?.type.startsWith("image/")) {
      event.preventDefault();
      void show((ground) => readPicture(given, ground));
    }
  });
  for (const each of document.querySelectorAll<HTMLElement>("[data-scripted]")) {
    each.hidden = false;
  }
  for (const each of document.querySelectorAll<HTMLElement>("[data-unscripted]")) {
    each.hidden = true;
  }
  const settled = async (): Promise<void> => {
    await navigator.serviceWorker?.register("/worker.js");
    await prepare(await openGround({ dictionary: data["dictionary"] ?? "" }, Math.floor(Date.now() / 1000)));
    document.documentElement.dataset["offline"] = "ready";
  };
  settled().catch((error: unknown) => console.warn("not ready for work without network:", error));
}

start();
