/** What presents: a module of its own, built by itself, which a page loads where it is used. */

export { present } from "./presentation.ts";
