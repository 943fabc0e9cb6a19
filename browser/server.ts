// Asking the server for what this page leaves: a PDF is sent only when somebody presses the button for it.

import type { Bytes } from "./bytes.ts";
import { InputError } from "./errors.ts";
import type { Report } from "./report.ts";

/** What the service answers for a file that it could not verify. */
interface Problem {
  readonly detail: string;
}

/** Have the server verify a file. Its name stays here: it may say whose it is. */
export async function askServer(data: Bytes, name: string): Promise<Report> {
  const form = new FormData();
  form.append("files", new Blob([data]), "document");
  let answer: Response;
  try {
    answer = await fetch("/verifications", { method: "POST", body: form, headers: { Accept: "application/json" }, credentials: "omit" });
  } catch {
    throw new InputError("连不上服务器，请联网后再送", "the server cannot be reached; try again online");
  }
  const [first] = [(await answer.json()) as Report | Problem | [Report | Problem]].flat() as (Report | Problem)[];
  if (first === undefined || !("checks" in first)) {
    const why = (first?.detail ?? `HTTP ${answer.status}`).replace(/[。.]$/, "");
    throw new InputError(`服务器没有核验：${why}`, `the server did not verify it: ${why}`);
  }
  return { ...first, file: name };
}
