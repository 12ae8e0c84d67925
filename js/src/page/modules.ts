/** The modules that saved widgets name, those that come as text in AMD form included. */

/** Something wrong with what the page holds; the message is a sentence for its reader. */
export class PageError extends Error {}

/** What a module offers, by name. */
export type Module = Record<string, unknown>;

type Maker = (...needed: Module[]) => Module;

interface Known {
  version: string;
  make(): Module;
}

const known = new Map<string, Known>();

/** Offers a module that is there already. */
export function provide(name: string, version: string, module: Module): void {
  known.set(name, { version, make: () => module });
}

/**
 * Returns the `define` that the text of a module is to be run with. The module is made when it
 * is first needed: most pages need few.
 */
export function define(name: string, version: string): (needs: string[], maker: Maker) => void {
  return (needs, maker) => {
    let made: Module | undefined;
    const make = (): Module => {
      made ??= maker(...needs.map((need) => find(need, "")));
      return made;
    };
    known.set(name, { version, make });
  };
}

/** Finds a module; what was saved by a newer version of it than the page has is refused. */
export function find(name: string, saved: string): Module {
  const module = known.get(name);
  if (!module) throw new PageError(`It needs ${name}, which this page does not have.`);
  if (isNewer(saved, module.version)) {
    throw new PageError(
      `It was saved by a newer version of ${name}: ${saved}; this page has ${module.version}.`,
    );
  }
  return module.make();
}

/** Whether the first two numbers of a version, as in "~0.11.*", are beyond those of another. */
function isNewer(saved: string, own: string): boolean {
  const [major = 0, minor = 0] = numbers(saved);
  const [ownMajor = 0, ownMinor = 0] = numbers(own);
  return major > ownMajor || (major === ownMajor && minor > ownMinor);
}

function numbers(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
