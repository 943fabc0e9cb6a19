// What a part of a signed document must look like: strict, nothing extra, members in one order where bytes are signed.

import { FormatError } from "./errors.ts";
import type { Json } from "./strict_json.ts";

/** Refuses a value with the place in its message. */
export type Shape = (value: Json, at: string) => void;

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

function refuse(at: string, expected: string): never {
  throw new FormatError(`${at === "" ? "/" : at}: ${expected}`);
}

export function matching(pattern: RegExp): Shape {
  return (value, at) => {
    if (typeof value !== "string" || !pattern.test(value)) {
      refuse(at, `text like ${pattern.source}`);
    }
  };
}

/** Text of so many characters that prints as it reads: no controls, bidi marks or private use, no outer spaces. */
export function printable(least: number, most: number): Shape {
  return (value, at) => {
    const size = typeof value === "string" ? Array.from(value).length : -1;
    if (typeof value !== "string" || size < least || size > most) {
      refuse(at, `text of ${least} to ${most} characters`);
    }
    if (value !== value.trim() || UNPRINTABLE.test(value)) {
      refuse(at, "text without control, format or private-use characters and without outer spaces");
    }
  };
}

export function integer(least: number, most: number): Shape {
  return (value, at) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
      refuse(at, `an integer from ${least} to ${most}`);
    }
  };
}

export function oneOf(...allowed: Json[]): Shape {
  return (value, at) => {
    if (!allowed.includes(value)) {
      refuse(at, allowed.map((each) => JSON.stringify(each)).join(" or "));
    }
  };
}

export const flag: Shape = oneOf(true, false);
export const anything: Shape = () => undefined;

export function nullable(shape: Shape): Shape {
  return (value, at) => {
    if (value !== null) {
      shape(value, at);
    }
  };
}

export function either(choose: (value: Json) => Shape): Shape {
  return (value, at) => choose(value)(value, at);
}

export function list(shape: Shape, least = 0, most = Number.MAX_SAFE_INTEGER): Shape {
  return (value, at) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      refuse(at, `a list of at least ${least}`);
    }
    value.forEach((each, index) => shape(each, `${at}/${index}`));
  };
}

export function tuple(...shapes: Shape[]): Shape {
  return (value, at) => {
    if (!Array.isArray(value) || value.length !== shapes.length) {
      refuse(at, `a list of ${shapes.length}`);
    }
    shapes.forEach((shape, index) => shape(value[index] as Json, `${at}/${index}`));
  };
}

/** An object with exactly these members, and any of those that it may have. */
export function object(members: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape {
  const all = { ...members, ...optional };
  return (value, at) => {
    const names = Object.keys(members);
    if (!isObject(value) || names.some((name) => !(name in value)) || Object.keys(value).some((name) => !Object.hasOwn(all, name))) {
      refuse(at, `an object of ${names.join(", ")}`);
    }
    for (const [name, each] of Object.entries(value)) {
      all[name]?.(each, `${at}/${name}`);
    }
  };
}

/** An object with at least these members. */
export function having(members: Record<string, Shape>): Shape {
  return (value, at) => {
    if (!isObject(value)) {
      refuse(at, `an object with ${Object.keys(members).join(", ")}`);
    }
    for (const [name, each] of Object.entries(members)) {
      if (!Object.hasOwn(value, name)) {
        refuse(at, `an object with ${name}`);
      }
      each(value[name] as Json, `${at}/${name}`);
    }
  };
}

/** A value that is written only where it is another than the usual one. */
export function other(usual: Json, shape: Shape): Shape {
  return (value, at) => {
    shape(value, at);
    if (value === usual) {
      refuse(at, `another than ${JSON.stringify(usual)}`);
    }
  };
}

/** An object whose members have these names at most. */
export function record(names: readonly string[], shape: Shape): Shape {
  return (value, at) => {
    if (!isObject(value) || Object.keys(value).some((name) => !names.includes(name))) {
      refuse(at, `an object of some of ${names.join(", ")}`);
    }
    for (const [name, each] of Object.entries(value)) {
      shape(each, `${at}/${name}`);
    }
  };
}

/** An object of texts, whatever its members are called. */
export const texts: Shape = (value, at) => {
  if (!isObject(value) || Object.values(value).some((each) => typeof each !== "string")) {
    refuse(at, "an object of texts");
  }
};

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Hold a value against its shape and take it as the type that the shape describes. */
export function read<T>(value: Json, shape: Shape): T {
  shape(value, "");
  return value as T;
}
