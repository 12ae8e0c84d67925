/** Runs a text as a classic script: what is not strict is no module. */
export async function runScript(script: string): Promise<void> {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    await load(address);
  } catch {
    // A page's policy may forbid the one and allow the other.
    await load(`data:text/javascript;charset=utf-8,${encodeURIComponent(script)}`);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function load(address: string): Promise<void> {
  const element = document.createElement("script");
  return new Promise<void>((resolve, reject) => {
    element.src = address;
    element.onload = () => resolve();
    element.onerror = () => reject(new Error("The page does not load a script."));
    document.head.append(element);
  }).finally(() => element.remove());
}
