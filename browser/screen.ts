// Where on the page answers appear, and that of two pieces of work only the newer one is answered.

import { button, element, icon, say } from "./elements.ts";
import { InputError, VerifierError } from "./errors.ts";
import type { Says } from "./report.ts";
import { whyNot } from "./trusted.ts";

export const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

let works = 0;

/** Do some work of verifying; say why where it cannot be done. A fault of our own is thrown on, after it is told.
 *
 * `work` is told how to ask whether it is still the newest: if not, what it finds out belongs to nothing on the page.
 */
export async function attempt(work: (newest: () => boolean) => Promise<void>): Promise<void> {
  const mine = ++works;
  const newest = (): boolean => mine === works;
  clear();
  tell(say("正在核验……", "Verifying…"));
  try {
    await work(newest);
  } catch (error) {
    if (newest()) {
      const told = error instanceof InputError ? error : error instanceof VerifierError ? whyNot(error) : null;
      refuse(told ?? { zh: "本页出错了，请重新打开再试", en: "this page failed; open it again and retry" });
    }
    if (!(error instanceof VerifierError)) {
      throw error;
    }
  }
}

/** Print the part of the page that a button stands in, and not the other: the table of many, or the report of one. */
export function printPart({ currentTarget }: Event): void {
  const part = (currentTarget as HTMLElement).closest<HTMLElement>("#result, #report");
  document.body.dataset["print"] = part?.id ?? "";
  addEventListener("afterprint", () => delete document.body.dataset["print"], { once: true });
  window.print();
}

/** Take away all answers, and with them whatever is still being worked out. */
export function clear(): void {
  tell("");
  place("result").replaceChildren();
  place("report").replaceChildren();
}

export function leave(): void {
  works++;
  clear();
}

/** Say how far it is, aloud too; what is said often enough to be a nuisance is not for here. */
export function tell(words: string): void {
  place("progress").textContent = words;
}

/** Say that something could not be verified, and why; `file` names which. */
export function refuse(why: Says, file = "", at = "result"): void {
  tell("");
  const named = file === "" ? "" : say(`（${file}）`, ` (${file})`);
  const words = say(`没有核验${named}：${why.zh}。这不是对真伪的判断。`, `Not verified${named}: ${why.en}. This says nothing about whether it is genuine.`);
  const made = element("div", { class: "note note-bad", role: "alert" }, icon("warn"), element("p", {}, words));
  place(at).replaceChildren(made);
  made.scrollIntoView({ block: "nearest" });
}

/** Show an answer and go to its first words. */
export function show(at: string, parts: readonly HTMLElement[]): void {
  tell("");
  place(at).replaceChildren(...parts);
  place(at).querySelector<HTMLElement>(".verdict-words")?.focus();
}

/** The button that takes the answer away and goes on. */
export function nextButton(go: () => void): HTMLElement {
  return button(say("核验下一份", "Verify the next one"), () => {
    leave();
    go();
  });
}
