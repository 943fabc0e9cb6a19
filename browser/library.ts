// The rules that are known: packs, notes and overlays in force, with what check 9 needs of each (rules/library.py).

import { RulingsError } from "./errors.ts";
import { having, list, matching, oneOf, read, type Shape, tuple } from "./shape.ts";
import type { Json } from "./strict_json.ts";

/** What a figure is from a day on; texts, as in a document of the rules. */
type Value = string | readonly [string, string];

interface Pack {
  readonly valid: readonly [string, string | null];
  readonly parameters: Readonly<Record<string, { readonly values: readonly { readonly from: string; readonly value: Value }[] }>>;
}

interface Note {
  readonly parameter: string;
  readonly value: Value;
}

/** Rules by `id@version`. */
export interface Library {
  readonly packs: ReadonlyMap<string, Pack>;
  readonly notes: ReadonlyMap<string, Note>;
  /** Whether it is in force. */
  readonly overlays: ReadonlyMap<string, boolean>;
}

/** A document's kind, and its content as the browser reads it: every scalar a text. */
export type Document = readonly [string, Json];

/** What a set of rules asks of one year. */
export interface Settings {
  readonly total: string;
  readonly ratio: readonly [string, string];
  readonly basis: string;
  readonly public: string;
  readonly exam: string;
}

const LAST = "9999-12-31";
const NO_END: readonly unknown[] = [null, "", "~", "null", "Null", "NULL"];
const figure = matching(/^(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?$/);
const count = matching(/^[1-9][0-9]{0,2}$/);
const day = matching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/);
const FIGURES: Readonly<Record<string, Shape>> = {
  required_total: figure,
  professional_ratio: tuple(count, count),
  ratio_basis: oneOf("required_total", "actual_total"),
  public_min: figure,
  exam_deemed_credit: oneOf("max_with_required_professional", "additive", "waive_total"),
};
const named = { id: matching(/^[a-z0-9][a-z0-9-]{0,63}$/), version: matching(/^[0-9]+\.[0-9]+\.[0-9]+$/) };
const values = (value: Shape): Shape => having({ values: list(having({ from: day, value }), 1) });
const PACK = having({
  ...named,
  valid: tuple(day, (value, at) => (NO_END.includes(value) ? undefined : day(value, at))),
  parameters: having(Object.fromEntries(Object.entries(FIGURES).map(([name, shape]) => [name, values(shape)]))),
});
const NOTE = having({ ...named, parameter: matching(/^[a-z_]+$/) });
const OVERLAY = having({ ...named, status: oneOf("in_force", "confirm_before_use") });

/** Add documents to a library; what it has already stays as it is. */
export function withDocuments(library: Library | null, documents: Iterable<Document>): Library {
  const packs = new Map(library?.packs);
  const notes = new Map(library?.notes);
  const overlays = new Map(library?.overlays);
  const own = new Set<string>();
  for (const [kind, content] of documents) {
    const { id, version } = read<{ id: string; version: string }>(content, having(named));
    const key = `${id}@${version}`;
    if (own.has(key)) {
      throw new RulingsError(`${key}: loaded twice`);
    }
    own.add(key);
    if ([packs, notes, overlays].some((known) => known.has(key))) {
      continue;
    }
    if (kind === "pack") {
      packs.set(key, read<Pack>(content, PACK));
    } else if (kind === "note") {
      notes.set(key, readNote(content));
    } else if (kind === "overlay") {
      overlays.set(key, read<{ status: string }>(content, OVERLAY).status === "in_force");
    }
  }
  return { packs, notes, overlays };
}

function readNote(content: Json): Note {
  const { parameter } = read<Note>(content, NOTE);
  return read<Note>(content, having({ value: FIGURES[parameter] ?? (() => undefined), parameter: oneOf(parameter) }));
}

/** Return what a pack, read as these notes say, asks of a year; null when it does not govern it. */
export function settingsOf(pack: Pack, year: number, notes: readonly Note[]): Settings | null {
  const [first, end] = pack.valid;
  const last = NO_END.includes(end) ? LAST : (end as string);
  const close = `${year}-12-31`;
  if (!(first <= close && close <= last) && last.slice(0, 4) !== `${year}`) {
    return null;
  }
  const asked = close < last ? close : last;
  const on = (name: string): Value => {
    const given = pack.parameters[name]?.values ?? [];
    const noted = notes.filter((note) => note.parameter === name).at(-1);
    return (noted ?? given.filter((each) => each.from <= asked).at(-1) ?? given[0])?.value as Value;
  };
  return {
    total: on("required_total") as string,
    ratio: on("professional_ratio") as readonly [string, string],
    basis: on("ratio_basis") as string,
    public: on("public_min") as string,
    exam: on("exam_deemed_credit") as string,
  };
}
