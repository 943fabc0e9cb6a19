// The page: what is dropped, photographed, pasted or carried in the address is verified here, on the person's own device.

import { type Answer, drawBatch, drawOne, progress } from "./batch.ts";
import { hasCamera, scan, type Scan } from "./camera.ts";
import { setReader } from "./codes.ts";
import { age, button, element, icon, inBeijing, note, say, t } from "./elements.ts";
import { InputError, VerifierError } from "./errors.ts";
import { type Evidence, readText } from "./evidence.ts";
import { type Document, gather } from "./gather.ts";
import { readFile } from "./intake.ts";
import { pageLeft } from "./result.ts";
import { askServer } from "./server.ts";
import { BUNDLE, drop, put } from "./shelf.ts";
import type { Ground } from "./source.ts";
import { open, type Opened, type Parcel, prepare, whyNot } from "./trusted.ts";
import { verify } from "./verify.ts";

const data = document.body.dataset;
const PLACES = { worker: data["pdf"] ?? "", folder: data["folder"] ?? "" };
const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

function openNow(parcel?: Parcel): Promise<Opened> {
  return open(data["dictionary"] ?? "", Math.floor(Date.now() / 1000), parcel);
}

function refuse(zh: string, en: string): void {
  const words = say(`没有核验：${zh}。这不是对真伪的判断。`, `Not verified: ${en}. This says nothing about whether it is genuine.`);
  place("result").replaceChildren(element("div", { class: "note note-bad", role: "alert" }, icon("warn"), element("p", {}, words)));
}

/** Do some work of verifying; say why where it cannot be done. A fault of our own is thrown on, after it is told. */
async function attempt(work: () => Promise<void>): Promise<void> {
  place("result").replaceChildren(element("p", { class: "muted" }, say("正在核验……", "Verifying…")));
  place("report").replaceChildren();
  try {
    await work();
  } catch (error) {
    if (error instanceof VerifierError) {
      const { zh, en } = error instanceof InputError ? error : whyNot(error);
      refuse(zh, en);
      return;
    }
    refuse("本页出错了，请重新打开再试", "this page failed; open it again and retry");
    throw error;
  }
}

function show(at: string, parts: HTMLElement[]): void {
  place(at).replaceChildren(...parts);
  place(at).querySelector<HTMLElement>(".verdict-words")?.focus();
}

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

function showOne(found: Answer, at: string): void {
  if (found.problem) {
    refuse(found.problem.zh, found.problem.en);
    return;
  }
  const send = button(
    say("送服务器比对页面文字（文件会上传）", "Have the server compare the words (this uploads the file)"),
    () => void attempt(async () => showOne(await sent(found), "result")),
    "btn btn-main",
  );
  const offered = found.report !== null && pageLeft(found.report) && !found.onServer;
  show(at, drawOne(found, ...(offered ? [send] : [])));
}

async function sent(each: Answer): Promise<Answer> {
  return { ...each, report: await askServer(await each.document.read(), each.document.name), onServer: true };
}

async function showText(text: string): Promise<void> {
  await attempt(async () => {
    const none: Document = { name: "", read: () => Promise.reject(new InputError("没有文件", "no file")) };
    showOne(await answer(none, (ground) => readText(text, "", ground.dictionaries), await openNow()), "result");
    history.replaceState(null, "", location.pathname + location.search);
  });
}

async function showFiles(files: readonly File[]): Promise<void> {
  await attempt(async () => {
    const { documents, bundle } = await gather(files);
    if (bundle) {
      await openNow(bundle);
      await put(BUNDLE, bundle);
    }
    const opened = await stand();
    if (bundle) {
      place("result").replaceChildren(note("", "ok", "", element("p", {}, say("资料包可用，已存在这个浏览器里。", "The bundle is good, and is kept in this browser."))));
    }
    const answers: Answer[] = [];
    for (const each of documents) {
      if (documents.length > 1) {
        place("result").replaceChildren(progress(answers.length, documents.length));
      }
      answers.push(await answer(each, async (ground) => readFile(await each.read(), each.name, ground.dictionaries, PLACES), opened));
    }
    if (documents.length === 1) {
      showOne(answers[0] as Answer, "result");
    } else if (documents.length > 1) {
      showAll(answers);
    } else if (bundle === null) {
      throw new InputError("里面没有文件", "there is no file in it");
    }
  });
}

function showAll(answers: readonly Answer[]): void {
  const handlers = {
    open: (each: Answer) => showOne(each, "report"),
    send: (chosen: readonly Answer[]) => void sendAll(answers, chosen),
  };
  show("result", drawBatch(answers, handlers));
}

/** Send one after the other; where the server refuses, the rest stays as it was and can be sent later. */
async function sendAll(answers: readonly Answer[], chosen: readonly Answer[]): Promise<void> {
  const made = [...answers];
  for (const [at, each] of chosen.entries()) {
    place("report").replaceChildren(progress(at, chosen.length));
    try {
      made[answers.indexOf(each)] = await sent(each);
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      showAll(made);
      place("report").replaceChildren(note("note-bad", "warn", "", element("p", {}, t(error), say("。", "."))));
      return;
    }
  }
  place("report").replaceChildren();
  showAll(made);
}

let standings = 0;

/** Open the trust data and say on what the page stands; of two at once, the one asked later has the word. */
async function stand(): Promise<Opened> {
  const mine = ++standings;
  const opened = await openNow();
  if (mine === standings && document.getElementById("standing")) {
    tellTrust(opened.ground);
  }
  return opened;
}

/** Say on what this page stands, how old it is, and how old it may be. */
function tellTrust({ trust, source, now }: Ground): void {
  const issued = Date.parse(trust.issued);
  const limit = age(trust.statusMaxAge);
  const parts: (Node | string)[] = [
    say(
      `信任名单第 ${trust.number} 号，${inBeijing(trust.issued)} 签发，已 ${age(now - issued / 1000)}，有效到 ${inBeijing(trust.expires)}；状态表至多用 ${limit}。`,
      `Trust list no. ${trust.number}, signed ${inBeijing(trust.issued)}, ${age(now - issued / 1000)} old, good until ${inBeijing(trust.expires)}; status lists are used for at most ${limit}.`,
    ),
  ];
  if (source && source.situation === "bundle" && source.asOf) {
    const old = age(now - Date.parse(source.asOf) / 1000);
    parts.push(say(`正在用资料包“${source.label}”，数据截至 ${inBeijing(source.asOf)}，已 ${old}。`, `Using the bundle “${source.label}”, data of ${inBeijing(source.asOf)}, ${old} old. `));
    const back = async (): Promise<void> => {
      await drop(BUNDLE);
      location.reload();
    };
    parts.push(button(say("不用资料包，联网核验", "Without the bundle, online"), () => void back(), "btn btn-small"));
  }
  place("standing").replaceChildren(...parts);
}

let scanning: Scan | null = null;

async function useCamera(): Promise<void> {
  const [view, stop] = [place("view") as HTMLVideoElement, place("stop")];
  const visible = (on: boolean): void => {
    view.hidden = stop.hidden = !on;
    place("camera").hidden = on;
  };
  try {
    visible(true);
    scanning = await scan(view);
    const text = await scanning.found;
    visible(false);
    if (text !== null) {
      await showText(text);
    }
  } catch (error) {
    visible(false);
    if (!(error instanceof InputError)) {
      throw error;
    }
    refuse(error.zh, error.en);
    document.getElementById("file")?.focus();
  }
}

function listen(): void {
  const text = document.getElementById("text") as HTMLTextAreaElement | null;
  text?.form?.addEventListener("submit", (event) => {
    const given = text.value.replace(/\s+/g, "");
    if (given !== "") {
      event.preventDefault();
      void showText(given);
    }
  });
  const file = document.getElementById("file") as HTMLInputElement | null;
  if (file) {
    file.multiple = true;
    file.form?.addEventListener("submit", (event) => {
      if (file.files?.length) {
        event.preventDefault();
        void showFiles([...file.files]);
      }
    });
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      const dropped = [...(event.dataTransfer?.files ?? [])];
      if (dropped.length > 0) {
        void showFiles(dropped);
      }
    });
  }
  const camera = document.getElementById("camera");
  if (camera) {
    place("camera-panel").hidden = !hasCamera();
    camera.addEventListener("click", () => void useCamera());
    place("stop").addEventListener("click", () => scanning?.stop());
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

function start(): void {
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
