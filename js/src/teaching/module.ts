/** What teaches: a module of its own, built by itself, which a page loads where it is used. */

export { Asking } from "./asking.ts";
export { Comparing } from "./comparing.ts";
export { Fan } from "./fan.ts";
export { Ruler, why } from "./ruler.ts";
