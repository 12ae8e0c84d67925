/** What a page's security policy has forbidden: a script that does not load looks damaged else. */

let forbidden = "";

/** Listens to what is forbidden from now on. */
export function followPolicy(): void {
  document.addEventListener("securitypolicyviolation", note);
}

/** The directive that forbade a script made in the page; empty while none did. */
export async function forbiddenBy(): Promise<string> {
  // It is told of a turn later than the script fails.
  await new Promise((resolve) => setTimeout(resolve));
  return forbidden;
}

function note({ blockedURI, effectiveDirective, disposition }: SecurityPolicyViolationEvent): void {
  const script = effectiveDirective.startsWith("script-src") && blockedURI.startsWith("blob");
  if (script && disposition === "enforce") forbidden = effectiveDirective;
}
