/** Tells a learning platform what was answered: SCORM 1.2, in pages that were saved for it. */

import type { QuestionCourse } from "./course.ts";
import type { Answer, Verdict } from "./judge.ts";
import { readReceipt, receipt } from "./receipt.ts";
import { LONGEST_NAME } from "./summary.ts";

/** What a platform offers to pages in its frames. */
interface Api {
  LMSInitialize(nothing: ""): string;
  LMSGetValue(name: string): string;
  LMSSetValue(name: string, value: string): string;
  LMSCommit(nothing: ""): string;
  LMSFinish(nothing: ""): string;
}

const MARK = "data-gdwidget-scorm";
/** How many frames may lie between the page and the platform, by the standard's own search. */
const MOST_FRAMES = 7;
const LONGEST_DATA = 4096;
const DONE = new Set(["completed", "passed", "failed"]);
/** How much of each text is kept, until all of it fits. */
const TEXTS = [2000, 400, 150, 60, 20, 0];
const SCORES: Record<Verdict, number | undefined> = {
  right: 1,
  near: 0.5,
  wrong: 0,
  unknown: 0,
  open: undefined,
};

export class Scorm {
  private readonly api: Api | undefined;
  private readonly began = performance.now();
  private told = "";
  private resumed = false;
  /** What the platform has from an earlier visit: of its goals this page has seen no run. */
  private before = { score: 0, done: false };
  private readonly forget: () => void;

  constructor(private readonly course: QuestionCourse) {
    const { model, store } = course.lent;
    const wanted = document.documentElement.hasAttribute(MARK);
    this.api = wanted ? found() : undefined;
    this.call("LMSInitialize", "");
    const follow = (): void => {
      this.resume();
      this.tell();
    };
    const leave = (): void => this.leave();
    const forgetStore = this.api ? store.onChange(follow) : () => {};
    if (this.api) {
      model.on("change:_answers", follow);
      window.addEventListener("pagehide", leave);
    }
    this.forget = () => {
      forgetStore();
      model.off("change:_answers", follow);
      window.removeEventListener("pagehide", leave);
    };
  }

  close(): void {
    this.forget();
  }

  /** Calls the platform; what goes wrong there must not open a question here. */
  private call(name: keyof Api, ...given: string[]): string {
    try {
      const act = this.api?.[name] as ((...given: string[]) => unknown) | undefined;
      return String(act?.apply(this.api, given) ?? "");
    } catch (error) {
      console.error(error);
      return "false";
    }
  }

  private value(name: string): string {
    const value = this.call("LMSGetValue", name);
    return value === "false" ? "" : value;
  }

  /**
   * Goes on where the last visit ended, as soon as it is known whether the page can compute. What
   * was answered before the page was saved is nobody's here.
   */
  private resume(): void {
    const { api, course } = this;
    const { lent, questions } = course;
    const { engine, origin } = lent.store;
    const ready = engine === "page" || (engine === "none" && origin !== "");
    if (!api || this.resumed || !questions || !ready) return;
    this.resumed = true;
    const student = this.value("cmi.core.student_id").slice(0, LONGEST_NAME) || course.student;
    // All is read before anything is set: what is set is told at once.
    const kept = this.value("cmi.suspend_data");
    const answers = this.answersIn(kept, student);
    if (kept) {
      this.before = {
        score: Number(this.value("cmi.core.score.raw")) || 0,
        done: DONE.has(this.value("cmi.core.lesson_status")),
      };
    }
    lent.model.set("_answers", answers);
    if (student !== course.student) course.rename(student);
    lent.model.save_changes();
    course.pose(course.firstOpen);
  }

  /** What the platform has of this learner's answers to these questions. */
  private answersIn(text: string, student: string): Answer[] {
    const { questions } = this.course;
    if (!text || !questions) return [];
    try {
      return readReceipt(text, questions, student);
    } catch (error) {
      console.error(error);
      return [];
    }
  }

  /** Tells what is new; a platform that did not take it is told again with the next news. */
  private tell(): void {
    const { api, course } = this;
    const { questions, student, answers, words } = course;
    if (!api || !this.resumed || !questions) return;
    const made = (kept: Answer[]): string => receipt(questions, student, kept);
    const data = fitting(answers, words.cut, made);
    // What stands there and cannot be read is kept until there is something to put in its place.
    if (data === this.told || (answers.length === 0 && this.before.score > 0)) return;
    const done = this.before.done || answers.length >= course.count;
    const values = {
      "cmi.core.score.raw": String(Math.max(this.before.score, Math.round(100 * this.score))),
      "cmi.core.score.min": "0",
      "cmi.core.score.max": "100",
      "cmi.core.lesson_status": done ? "completed" : "incomplete",
      "cmi.core.exit": done ? "" : "suspend",
      "cmi.suspend_data": data,
    };
    const taken = Object.entries(values).map(([name, value]) =>
      this.call("LMSSetValue", name, value),
    );
    if (![...taken, this.call("LMSCommit", "")].includes("false")) this.told = data;
  }

  /** The share of what could be reached: explanations do not count. */
  private get score(): number {
    const { course } = this;
    const asked = course.questions?.questions.filter(({ kind }) => kind !== "explain") ?? [];
    const scores = course.answers.map((answer) => {
      const judgement = course.judgementOf(answer);
      return (judgement && SCORES[judgement.verdict]) ?? 0;
    });
    const sum = scores.reduce((all, each) => all + each, 0);
    return asked.length > 0 ? sum / asked.length : 0;
  }

  private leave(): void {
    const seconds = (performance.now() - this.began) / 1000;
    this.call("LMSSetValue", "cmi.core.session_time", duration(seconds));
    this.call("LMSCommit", "");
    this.call("LMSFinish", "");
  }
}

/** The platform's offer: in a frame around the page, or around the one that opened it. */
function found(): Api | undefined {
  for (const first of [window, window.opener as Window | null]) {
    let at: Window | null = first;
    for (let frames = 0; at && frames <= MOST_FRAMES; frames += 1) {
      try {
        const api = (at as Window & { API?: Api }).API;
        if (api) return api;
      } catch {
        break; // a frame of another origin
      }
      at = at.parent === at ? null : at.parent;
    }
  }
  return undefined;
}

/** As much of the answers as a platform keeps: of long texts the beginning, then fewer answers. */
function fitting(
  answers: readonly Answer[],
  cut: string,
  made: (kept: Answer[]) => string,
): string {
  for (const texts of TEXTS) {
    const data = made(shortened(answers, texts, cut));
    if (data.length <= LONGEST_DATA) return data;
  }
  const kept = shortened(answers, 0, cut);
  while (made(kept).length > LONGEST_DATA) kept.pop();
  return made(kept);
}

/** Of long texts the beginning, and that they were cut. */
function shortened(answers: readonly Answer[], most: number, cut: string): Answer[] {
  return answers.map((answer) => {
    const { text } = answer;
    return text.length <= most ? answer : { ...answer, text: `${text.slice(0, most)} ${cut}` };
  });
}

/** As SCORM writes it, such as 0000:02:07. */
function duration(seconds: number): string {
  const parts = [Math.min(9999, Math.floor(seconds / 3600)), Math.floor(seconds / 60) % 60];
  const [hours, minutes] = parts.map(String);
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return `${hours?.padStart(4, "0")}:${minutes?.padStart(2, "0")}:${rest}`;
}
