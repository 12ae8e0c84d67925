/** English as another language would be: a third longer, with letters of its own. */

const PLAIN = "aeiouAEIOUcnsyCNSY";
const OTHER = "áéíóúÁÉÍÓÚçñšýÇÑŠÝ";

/** A sentence with accents, and a third longer; numbers and names of one letter stay. */
function pseudo(sentence: string): string {
  return sentence.replace(/\p{L}{2,}/gu, (word) => {
    const accented = [...word].map((letter) => OTHER[PLAIN.indexOf(letter)] ?? letter);
    return accented.join("") + "~".repeat(Math.ceil(word.length / 3));
  });
}

/** A table with all that it says in that language. */
export function pseudoTable<Table>(table: Table): Table {
  const entries = (entry: unknown): unknown => {
    if (typeof entry === "string") return pseudo(entry);
    if (typeof entry === "function") return (...given: unknown[]) => pseudo(entry(...given));
    if (Array.isArray(entry)) return entry.map(entries);
    return Object.fromEntries(
      Object.entries(entry as object).map(([name, each]) => [name, entries(each)]),
    );
  };
  return entries(table) as Table;
}
