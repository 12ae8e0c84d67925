/** The settings of a lesson's page in its address, so that one can be handed out. */

import type { Choice, Settings } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import { engineTextsOf } from "../text/engine-texts.ts";
import { float32Text, settingText } from "../text/format.ts";

/** What an address can hold; only what differs from the page as it was made is in it. */
export interface Link {
  /** Starting values by the names of the recorded numbers. */
  start: Record<string, number>;
  rate?: number;
  optimizer?: string;
  decay?: string;
  /** 0 for all samples. */
  batch?: number;
  run?: number;
}

/** What a session lends: its store, and what its controls do. */
export interface Linked {
  readonly store: Store;
  readonly actions: {
    learningRate(rate: number): void;
    runSteps(steps: number): void;
    choose(name: Choice, value: string | number): void;
    restart(start: Record<string, number>): void;
  };
}

/** What an address is checked against. */
export interface Known {
  names: { recorded: readonly string[] };
  choices: Settings["choices"];
}

const LONGEST = 2000;
const MOST_RUN_STEPS = 10_000_000;
const ALL = "all";
/** Set on pages that keep their settings in the address. */
const MARK = "data-gdwidget-link";
/** Asks a page to be presented, and stays until it no longer is. */
const PRESENT = "present";
const WRITE_AFTER_MS = 300;
const WORDS = ["rate", "optimizer", "decay", "batch", "run"] as const;

/** Reads the part of an address after "#"; what is no setting of this page is named as refused. */
export function readLink(fragment: string, known: Known): { link: Link; refused: string[] } {
  const link: Link = { start: {} };
  const text = fragment.replace(/^#/, "");
  if (text.length > LONGEST) return { link, refused: [`${text.slice(0, 20)}…`] };
  const refused: string[] = [];
  for (const [key, value] of new URLSearchParams(text)) {
    if (key !== PRESENT && !take(link, key, value, known))
      refused.push(value ? `${key}=${value}` : key);
  }
  return { link, refused };
}

/** Writes what differs from how the page began, with "#" before it; empty if nothing does. */
export function linkText(now: Link, first: Link): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(now.start)) {
    if (Object.is(value, first.start[name])) continue;
    pairs.set(startKey(name), float32Text(value).replace(/\.0$/, ""));
  }
  for (const word of WORDS) {
    const value = now[word];
    if (value === undefined || value === first[word]) continue;
    const text = typeof value === "number" ? settingText(value) : value;
    pairs.set(word, word === "batch" && value === 0 ? ALL : text);
  }
  const text = pairs.toString();
  return text && `#${text}`;
}

/** The settings as they are now; undefined while no run is there. */
export function linkOf(store: Store): Link | undefined {
  const { run } = store;
  if (!run || run.rows.count === 0) return undefined;
  const { recorded } = store.names;
  return {
    start: Object.fromEntries(recorded.map((name) => [name, run.rows.row(0, name).value])),
    rate: store.learningRate,
    optimizer: store.optimizer,
    decay: store.decay,
    batch: store.batchSize,
    run: store.runSteps,
  };
}

/**
 * Keeps the settings in the page's address, on pages that ask for it: takes what is there when
 * steps can be computed, and writes what changes. Returns what ends it.
 */
export function keepLink(session: Linked): () => void {
  if (!document.documentElement.hasAttribute(MARK)) return () => {};
  const { store } = session;
  const first = linkOf(store);
  if (!first) return () => {};
  let taken = false;
  let timer = 0;
  const takeWhenReady = (): void => {
    if (taken || store.engine !== "page") return;
    taken = true;
    queueMicrotask(() => apply(session, location.hash));
  };
  const write = (): void => {
    const now = linkOf(store);
    if (taken && now) setFragment(linkText(now, first));
  };
  const again = (): void => {
    taken = false;
    takeWhenReady();
  };
  const forget = store.onChange(() => {
    takeWhenReady();
    window.clearTimeout(timer);
    timer = window.setTimeout(write, WRITE_AFTER_MS);
  });
  window.addEventListener("hashchange", again);
  takeWhenReady();
  return () => {
    forget();
    window.clearTimeout(timer);
    window.removeEventListener("hashchange", again);
  };
}

/** Begins anew with the settings of an address; nothing happens if it holds none. */
export function apply({ store, actions }: Linked, fragment: string): void {
  const { link, refused } = readLink(fragment, store);
  const { start, rate, optimizer, decay, batch, run } = link;
  if (run !== undefined) actions.runSteps(run);
  if (rate !== undefined) actions.learningRate(rate);
  if (decay !== undefined && decay !== store.decay) actions.choose("decay", decay);
  if (optimizer !== undefined && optimizer !== store.optimizer) {
    actions.choose("optimizer", optimizer);
  }
  if (batch !== undefined && batch !== store.batchSize) actions.choose("batch_size", batch);
  const { run: _, start: __, ...others } = link;
  if (Object.keys(start).length > 0 || Object.keys(others).length > 0) actions.restart(start);
  if (refused.length > 0) {
    store.tell({ field: "", message: engineTextsOf(store.texts).linkRefused(refused) });
  }
}

function take(link: Link, key: string, value: string, known: Known): boolean {
  const { choices } = known;
  switch (key) {
    case "rate":
      return put(link, key, number(value), (rate) => Math.fround(rate) > 0);
    case "run":
      return put(link, key, number(value), (steps) => whole(steps, 1, MOST_RUN_STEPS));
    case "batch":
      return put(link, key, value === ALL ? 0 : number(value), (size) =>
        choices.batch_sizes.includes(size),
      );
    case "optimizer":
      return put(link, key, value, (name) => choices.optimizers.includes(name));
    case "decay":
      return put(link, key, value, (name) => choices.decays.includes(name));
    default:
      return takeStart(link, key, value, known);
  }
}

function takeStart(link: Link, key: string, text: string, known: Known): boolean {
  const name = known.names.recorded.find((recorded) => startKey(recorded) === key);
  const value = Math.fround(number(text));
  if (name === undefined || Number.isNaN(value)) return false;
  link.start[name] = value;
  return true;
}

function put<K extends (typeof WORDS)[number]>(
  link: Link,
  key: K,
  value: NonNullable<Link[K]>,
  accepts: (value: NonNullable<Link[K]>) => boolean,
): boolean {
  if (!accepts(value)) return false;
  link[key] = value;
  return true;
}

/** The word that stands for a starting value; a parameter may have the name of a setting. */
function startKey(name: string): string {
  return (WORDS as readonly string[]).includes(name) ? `start.${name}` : name;
}

/** A plain decimal number that float32 can hold; NaN otherwise. */
function number(text: string): number {
  const plain = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
  return plain && Number.isFinite(Math.fround(Number(text))) ? Number(text) : Number.NaN;
}

function whole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** Replaces what is after "#"; a page in a frame that may not do so goes without. */
function setFragment(settings: string): void {
  const presents = new URLSearchParams(location.hash.slice(1)).has(PRESENT);
  const fragment = presents
    ? `#${[PRESENT, settings.slice(1)].filter(Boolean).join("&")}`
    : settings;
  if (location.hash === fragment) return;
  try {
    history.replaceState(history.state, "", location.href.replace(/#.*$/, "") + fragment);
  } catch (error) {
    console.warn(error);
  }
}
