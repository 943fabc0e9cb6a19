// The page: what is dropped, photographed, pasted or carried in the address is verified here, on the person's own device.

import { type Answer, Batch, drawOne } from "./batch.ts";
import { setReader } from "./codes.ts";
import { button, element, say, t } from "./elements.ts";
import { InputError } from "./errors.ts";
import { type Evidence, readText } from "./evidence.ts";
import { type Document, gather } from "./gather.ts";
import { readFile } from "./intake.ts";
import { pageLeft } from "./result.ts";
import { offerCamera, useCamera } from "./scanning.ts";
import { attempt, nextButton, place, refuse, show, tell } from "./screen.ts";
import { askServer } from "./server.ts";
import { BUNDLE, put } from "./shelf.ts";
import type { Ground } from "./source.ts";
import { kept, openNow, stand } from "./standing.ts";
import { type Opened, prepare } from "./trusted.ts";
import { verify } from "./verify.ts";

const data = document.body.dataset;
const PLACES = { worker: data["pdf"] ?? "", folder: data["folder"] ?? "" };
/** How the last one was put in, so that the next one is asked for in the same way. */
let lastBy: "camera" | "file" | "text" = "file";

/** Verify one document on this device. */
async function answer(each: Document, read: (ground: Ground) => Promise<Evidence> | Evidence, opened: Opened): Promise<Answer> {
  try {
    const report = await verify(await read(opened.ground), opened.ground);
    opened.keep();
    return { document: each, report, problem: null, onServer: false };
  } catch (error) {
    if (error instanceof InputError) {
      return { document: each, report: null, problem: { zh: error.zh, en: error.en }, onServer: false };
    }
    throw error;
  }
}

function showOne(found: Answer): void {
  if (found.problem) {
    refuse(found.problem, found.document.name);
    return;
  }
  show("result", drawOne(found, ...sender(found, showOne), nextButton(next)));
}

/** The button that has the server finish what this page left; what is shown stays where that fails. */
function sender(found: Answer, then: (finished: Answer) => void): HTMLElement[] {
  if (found.report === null || !pageLeft(found.report) || found.onServer) {
    return [];
  }
  const words = say("送服务器比对页面文字（文件会上传）", "Have the server compare the words (this uploads the file)");
  const send = button(words, () => void sendOne(), "btn btn-main");
  const sendOne = async (): Promise<void> => {
    send.disabled = true;
    tell(say("正在由服务器比对……", "The server is comparing…"));
    try {
      const finished = await sent(found);
      if (send.isConnected) {
        then(finished);
      }
    } catch (error) {
      if (!send.isConnected) {
        return;
      }
      if (!(error instanceof InputError)) {
        throw error;
      }
      tell("");
      send.disabled = false;
      send.parentElement?.before(element("p", { class: "err", role: "alert" }, t(error), say("。", ".")));
    }
  };
  return [send];
}

async function sent(each: Answer): Promise<Answer> {
  return { ...each, report: await askServer(await each.document.read(), each.document.name), onServer: true };
}

async function showText(text: string): Promise<void> {
  await attempt(async (newest) => {
    const none: Document = { name: "", read: () => Promise.reject(new InputError("没有文件", "no file")) };
    const found = await answer(none, (ground) => readText(text, "", ground.dictionaries), await openNow());
    if (newest()) {
      showOne(found);
      history.replaceState(null, "", location.pathname + location.search);
    }
  });
}

async function showFiles(files: readonly File[]): Promise<void> {
  await attempt(async (newest) => {
    const { documents, bundle } = await gather(files);
    if (bundle) {
      await openNow(bundle);
      await put(BUNDLE, bundle);
    }
    const opened = await stand();
    const read = (each: Document): Promise<Answer> =>
      answer(each, async (ground) => readFile(await each.read(), each.name, ground.dictionaries, PLACES), opened);
    const [only] = documents;
    if (!newest()) {
      return;
    }
    if (documents.length > 1) {
      await showMany(documents, read, newest);
    } else if (only) {
      const found = await read(only);
      if (newest()) {
        showOne(found);
      }
    } else if (bundle) {
      show("result", [kept(opened.ground)]);
    } else {
      throw new InputError("里面没有文件", "there is no file in it");
    }
  });
}

async function showMany(documents: readonly Document[], read: (each: Document) => Promise<Answer>, newest: () => boolean): Promise<void> {
  let stopped = false;
  const batch: Batch = new Batch(documents.length, {
    open: (each) => showRow(batch, each),
    send: (chosen) => void sendAll(batch, chosen, newest),
    stop: () => {
      stopped = true;
    },
  });
  place("result").replaceChildren(...batch.parts);
  const often = Math.ceil(documents.length / 10);
  for (const [at, each] of documents.entries()) {
    if (at % often === 0) {
      tell(say(`正在核验，${at} / ${documents.length} 份`, `Verifying, ${at} of ${documents.length}`));
    }
    const found = await read(each);
    if (!newest()) {
      return;
    }
    batch.add(found);
    if (stopped) {
      break;
    }
  }
  batch.finish();
  tell("");
  if (!place("report").contains(document.activeElement)) {
    place("result").querySelector<HTMLElement>(".verdict-words")?.focus();
  }
}

function showRow(batch: Batch, each: Answer): void {
  const finished = (made: Answer): void => {
    batch.replace(each, made);
    showRow(batch, made);
  };
  const back = button(say("回到列表", "Back to the list"), () => {
    place("report").replaceChildren();
    batch.goTo(each);
  });
  show("report", drawOne(each, ...sender(each, finished), back));
}

let sending = false;

/** Send one after the other; where the server refuses, the rest stays as it was and can be sent later. */
async function sendAll(batch: Batch, chosen: readonly Answer[], newest: () => boolean): Promise<void> {
  if (sending) {
    return;
  }
  sending = true;
  place("report").replaceChildren();
  try {
    for (const [at, each] of chosen.entries()) {
      tell(say(`送服务器比对，${at} / ${chosen.length} 份`, `At the server, ${at} of ${chosen.length}`));
      const made = await sent(each);
      if (!newest()) {
        return;
      }
      batch.replace(each, made);
    }
    show("result", batch.parts);
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    refuse(error, "", "report");
  } finally {
    sending = false;
  }
}

function listen(): void {
  const text = place("text") as HTMLTextAreaElement;
  text.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = text.value.replace(/\s+/g, "");
    if (given === "") {
      refuse({ zh: "还没有粘贴凭证", en: "nothing is pasted yet" });
      text.focus();
      return;
    }
    lastBy = "text";
    void showText(given);
  });
  const file = document.getElementById("file") as HTMLInputElement | null;
  if (file === null) {
    return;
  }
  const take = (files: readonly File[]): void => {
    if (files.length > 0) {
      lastBy = "file";
      void showFiles(files);
    }
  };
  file.multiple = true;
  file.addEventListener("change", () => {
    const chosen = [...(file.files ?? [])];
    file.value = ""; // so that the same one can be chosen again
    take(chosen);
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });
  offerCamera(byCamera, (picture) => take([picture]));
}

function byCamera(text: string): void {
  lastBy = "camera";
  void showText(text);
}

/** Ask for the next one in the way in which the last was put in; where there is no way, go where there is. */
function next(): void {
  const text = place("text") as HTMLTextAreaElement;
  text.value = "";
  const file = document.getElementById("file");
  if (file === null) {
    location.assign(`/${location.search}`);
  } else if (lastBy === "camera") {
    void useCamera(byCamera);
  } else {
    (lastBy === "text" ? text : file).focus();
  }
}

/** Wait until the service worker sees what this page asks for, so that it can keep it. */
async function underWorker(): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container && container.controller === null) {
    const seen = new Promise((done) => container.addEventListener("controllerchange", done, { once: true }));
    await container.register("/worker.js");
    await seen;
  } else {
    await container?.register("/worker.js");
  }
}

/** Say whether this browser can verify; an old one, or one that came by plain http, leaves it to the service. */
function able(): boolean {
  try {
    return Boolean(crypto.subtle && indexedDB && localStorage);
  } catch {
    return false; // it keeps nothing, and says so by throwing
  }
}

function start(): void {
  if (!able()) {
    return;
  }
  setReader(data["zxing"] ?? "");
  for (const each of document.querySelectorAll<HTMLElement>("[data-scripted]")) {
    each.hidden = false;
  }
  for (const each of document.querySelectorAll<HTMLElement>("[data-unscripted]")) {
    each.hidden = true;
  }
  listen();
  const settled = async (): Promise<void> => {
    await underWorker();
    const { ground } = await stand();
    await prepare(ground);
    document.documentElement.dataset["offline"] = "ready";
  };
  settled().catch((error: unknown) => console.warn("not ready for work without network:", error));
}

start();
