/** The two ends of a calculator in a worker: what is asked, what is answered. */

import type { Names } from "../protocol/messages.ts";
import { sentenceOf } from "../text/sentence.ts";
import { Computing } from "./computing.ts";
import { Portable } from "./payload.ts";

/** What a calculator can be asked. */
const METHODS = ["init", "run", "coming", "losses", "look", "curvature"] as const;
export type Method = (typeof METHODS)[number];

/** The first message says what is computed; the others ask. */
export type Question =
  | { saved: unknown; names: Names }
  | { id: number; method: Method; given: readonly unknown[] };

/** `alive` is the answer to the first message, and a sign of life while others are open. */
export type Answer =
  | { alive: true }
  | { id: number; value: unknown }
  | { id: number; error: string };

const ALIVE_EVERY_MS = 1000;

/** Where messages come from and go to: a worker sees itself so. */
export interface Port {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: Answer): void;
}

/** Answers what the page asks. */
export function serve(port: Port): void {
  let computing: Computing | undefined;
  port.onmessage = ({ data }: MessageEvent<Question>) => {
    if ("saved" in data) {
      computing = new Computing(new Portable(data.saved), data.names);
      port.postMessage({ alive: true });
    } else if (computing && METHODS.includes(data.method)) {
      answer(port, data.id, computing, data.method, data.given);
    }
  };
}

async function answer(
  port: Port,
  id: number,
  computing: Computing,
  method: Method,
  given: readonly unknown[],
): Promise<void> {
  const signs = setInterval(() => port.postMessage({ alive: true }), ALIVE_EVERY_MS);
  try {
    const ask = computing[method] as (...given: readonly unknown[]) => Promise<unknown>;
    port.postMessage({ id, value: await ask.apply(computing, [...given]) });
  } catch (error) {
    port.postMessage({ id, error: sentenceOf(error) });
  } finally {
    clearInterval(signs);
  }
}
