/** A table in another language: the same entries, made from the same. */
export type Translated<Entry> = Entry extends (...given: infer Given) => string
  ? (...given: Given) => string
  : Entry extends string
    ? string
    : { readonly [Name in keyof Entry]: Translated<Entry[Name]> };
