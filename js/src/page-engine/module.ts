/**
 * The entry of what computes in a page: it comes with the programs that it runs, apart from the
 * widget, and is loaded only where there is no kernel.
 */

import type { Names } from "../protocol/messages.ts";
import { calculator } from "./calculator.ts";
import { Portable } from "./payload.ts";
import type { Calculator } from "./states.ts";
import { type Port, serve } from "./worker.ts";

export { BrowserEngine } from "./browser.ts";
export { keepLink } from "./url-settings.ts";

// In a worker it answers questions.
if ("WorkerGlobalScope" in globalThis) serve(globalThis as unknown as Port);

/**
 * Reads what was exported; `script` is the text of this module, `remark` is told which part of a
 * policy forbids a worker. Throws a sentence where it
 * cannot be computed with.
 */
export function read(
  saved: unknown,
  names: Names,
  script: string,
  remark: (directive: string) => void,
): Calculator {
  return calculator(new Portable(saved), names, script, remark);
}
