/** What a page's security policy has forbidden: a script that does not load looks damaged else. */

/** What a page makes and loads: scripts, or workers. */
type Made = "script" | "worker";

const forbidden: Record<Made, string> = { script: "", worker: "" };

/** Listens to what is forbidden from now on. */
export function followPolicy(): void {
  document.addEventListener("securitypolicyviolation", note);
}

/** The directive that forbade what was made in the page; empty while none did. */
export async function forbiddenBy(made: Made = "script"): Promise<string> {
  // It is told of a turn later than the script fails.
  await new Promise((resolve) => setTimeout(resolve));
  return forbidden[made];
}

function note({ blockedURI, effectiveDirective, disposition }: SecurityPolicyViolationEvent): void {
  if (disposition !== "enforce" || !/^(blob|data)/.test(blockedURI)) return;
  if (effectiveDirective.startsWith("script-src")) forbidden.script = effectiveDirective;
  if (effectiveDirective.startsWith("worker-src")) forbidden.worker = effectiveDirective;
}
