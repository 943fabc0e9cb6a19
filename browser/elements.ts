// Parts of the page: elements, marks and words in the page's language. No text becomes markup.

import type { Says } from "./report.ts";

const english = document.documentElement.lang === "en";

export const t = (words: Says): string => (english ? words.en : words.zh);
export const say = (zh: string, en: string): string => t({ zh, en });

export function element(name: string, attributes: Record<string, string> = {}, ...inside: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...inside);
  return made;
}

export function icon(name: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

export function chip(kind: string, mark: string, words: string): HTMLElement {
  return element("span", { class: `chip chip-${kind}` }, icon(mark), words);
}

export function button(words: string, press: (event: MouseEvent) => void, kind = "btn"): HTMLButtonElement {
  const made = element("button", { class: kind, type: "button" }, words) as HTMLButtonElement;
  made.addEventListener("click", press);
  return made;
}

export function note(kind: string, mark: string, heading: string, ...inside: (Node | string)[]): HTMLElement {
  const title = heading === "" ? [] : [element("h3", {}, heading)];
  return element("div", { class: `note ${kind}` }, icon(mark), element("div", {}, ...title, ...inside));
}

/** A table whose rows become cards on a phone; `columns` are its headings. */
export function table(kind: string, caption: string, columns: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const head = columns.map((each) => element("th", { role: "columnheader", scope: "col" }, each));
  return element(
    "table",
    { role: "table", class: `table ${kind}` },
    element("caption", {}, caption),
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...head)),
    element("tbody", { role: "rowgroup" }, ...rows),
  );
}

export function row(kind: string, ...cells: HTMLElement[]): HTMLElement {
  return element("tr", kind === "" ? { role: "row" } : { role: "row", class: kind }, ...cells);
}

export function cell(attributes: Record<string, string>, ...inside: (Node | string)[]): HTMLElement {
  return element("td", { role: "cell", ...attributes }, ...inside);
}

export function rowHead(...inside: (Node | string)[]): HTMLElement {
  return element("th", { role: "rowheader", scope: "row" }, ...inside);
}

/** Write a moment as a clock in Gansu shows it, to the minute; Sweden writes days as the report does. */
export function inBeijing(moment: string | number): string {
  return new Date(moment).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });
}

/** Write a span of seconds in its largest unit, rounded down; a negative one is none. */
export function age(seconds: number): string {
  const units = [
    [86_400, "天", "day"],
    [3600, "小时", "hour"],
    [60, "分钟", "minute"],
  ] as const;
  const [size, zh, en] = units.find(([each]) => seconds >= each) ?? units[2];
  const count = Math.max(0, Math.floor(seconds / size));
  return say(`${count} ${zh}`, `${count} ${en}${count === 1 ? "" : "s"}`);
}
