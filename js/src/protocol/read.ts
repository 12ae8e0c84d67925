/** What wire.ts is written with: each reader returns what it is given, or throws. */

import { isRecord } from "../interpreter/json.ts";

export type Read<T> = (value: unknown) => T;

const NOT_FINITE = new Set<unknown>(["NaN", "Infinity", "-Infinity"]);

/** A number; those that JSON cannot write come as texts. */
export const number: Read<number> = (value) =>
  NOT_FINITE.has(value) ? Number(value) : known(value, typeof value === "number");

export const whole: Read<number> = (value) => known(value, Number.isInteger(value));

export const text: Read<string> = (value) => known(value, typeof value === "string");

export const truth: Read<boolean> = (value) => known(value, typeof value === "boolean");

/** An array that came in a buffer; empty where it does not apply. */
export const floats: Read<Float32Array> = (value = new Float32Array()) =>
  known(value, value instanceof Float32Array);

export function oneOf<T extends string>(...texts: T[]): Read<T> {
  return (value) => known(value, texts.includes(value as T));
}

export function nullable<T>(read: Read<T>): Read<T | null> {
  return (value) => (value === null ? null : read(value));
}

export function list<T>(read: Read<T>): Read<T[]> {
  return (value) => known<unknown[]>(value, Array.isArray(value)).map((each) => read(each));
}

export function entries<T>(read: Read<T>): Read<Record<string, T>> {
  return (value) => {
    const given = Object.entries(known<object>(value, isRecord(value)));
    return Object.fromEntries(given.map(([name, each]) => [name, read(each)]));
  };
}

/** Fields with a reader each; others are passed over. */
export function record<T>(fields: { [Name in keyof T]: Read<T[Name]> }): Read<T> {
  const readers = Object.entries(fields) as [string, Read<unknown>][];
  return (value) => {
    const given = known<Record<string, unknown>>(value, isRecord(value));
    return Object.fromEntries(readers.map(([name, read]) => [name, read(given[name])])) as T;
  };
}

function known<T>(value: unknown, good: boolean): T {
  if (!good) throw new Error("A part of it is not what it should be.");
  return value as T;
}
