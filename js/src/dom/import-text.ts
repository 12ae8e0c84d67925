/** Makes a module of a text that came with a widget. */
export async function importText<Module>(script: string): Promise<Module> {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}
