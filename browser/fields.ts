// The kinds of fields that signed documents are made of (verifier/fields.py; docs/format.md, sections 3 to 5).

import { FormatError } from "./errors.ts";
import { integer, matching, printable, type Shape } from "./shape.ts";

export const CATEGORIES = [
  "training",
  "self_study",
  "academic",
  "achievement",
  "expert_service",
  "contest",
  "public_online",
  "public_offline",
  "transfer_in",
  "credits",
] as const;

/** Beyond it a moment could not be told in every time zone. */
const LAST_SECOND = Date.UTC(9999, 0, 1) / 1000 - 1;
const DAY = 86_400;
/** Shanghai's clock has had no summer time since 1991, and no credential speaks of a year before 2000. */
const SHANGHAI = 8 * 3600;

export const amount: Shape = matching(/^(0|[1-9][0-9]{0,4})(\.[0-9]{0,3}[1-9])?$/);
export const short: Shape = printable(1, 64);
export const long: Shape = printable(1, 100);
export const note: Shape = printable(0, 300);
export const seconds: Shape = integer(0, LAST_SECOND);
export const did: Shape = matching(/^did:web:[A-Za-z0-9.%:_-]{1,200}$/);
export const digest: Shape = matching(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);

/** A moment in UTC, written YYYY-MM-DDTHH:MM:SSZ. */
export const moment: Shape = (value, at) => {
  matching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/)(value, at);
  const found = Date.parse(value as string) / 1000;
  if (!(found >= 0 && found <= LAST_SECOND) || momentText(found) !== value) {
    throw new FormatError(`${at}: a moment in UTC`);
  }
};

/** Read a moment that `moment` has let pass, in seconds since 1970 UTC. */
export function toSeconds(text: string): number {
  return Date.parse(text) / 1000;
}

/** Write a moment, in seconds since 1970 UTC, as YYYY-MM-DDTHH:MM:SSZ. */
export function momentText(value: number): string {
  return `${new Date(value * 1000).toISOString().slice(0, 19)}Z`;
}

/** Write the day on which a moment lies in Shanghai, as YYYY-MM-DD. */
export function dayIn(value: number): string {
  return momentText(value + SHANGHAI).slice(0, 10);
}

/** Write a moment as a clock in Shanghai shows it, to the minute. */
export function minuteIn(value: number): string {
  return momentText(value + SHANGHAI).slice(0, 16).replace("T", " ");
}

/** Return the day before or after one, as YYYY-MM-DD. */
export function dayBeside(day: string, days: number): string {
  return momentText(toSeconds(`${day}T00:00:00Z`) + days * DAY).slice(0, 10);
}

/** Write a day as Chinese texts do. */
export function dayInWords(day: string): string {
  const [year, month, date] = day.split("-").map(Number);
  return `${year} 年 ${month} 月 ${date} 日`;
}

/** A day in the calendar, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  const found = Date.parse(`${text}T00:00:00Z`) / 1000;
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && !text.startsWith("0000") && Number.isFinite(found) && momentText(found).startsWith(text);
}
