/** Tells a learning platform what was answered: SCORM 1.2, in pages that were saved for it. */

import type { QuestionCourse } from "./course.ts";
import type { Answer, Verdict } from "./judge.ts";
import { readReceipt, receipt } from "./receipt.ts";
import { words } from "./words.ts";

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
  private before = 0;
  private readonly forget: () => void;

  constructor(private readonly course: QuestionCourse) {
    const { model, store } = course.lent;
    const wanted = document.documentElement.hasAttribute(MARK);
    this.api = wanted ? found() : undefined;
    this.api?.LMSInitialize("");
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

  /** Goes on where the last visit ended, as soon as the page can compute. */
  private resume(): void {
    const { api, course } = this;
    const { lent, questions } = course;
    if (!api || this.resumed || !questions || lent.store.engine !== "page") return;
    this.resumed = true;
    const student = api.LMSGetValue("cmi.core.student_id") || course.student;
    // All is read before anything is set: what is set is told at once.
    const answers = this.kept(student);
    if (answers.length > 0) this.before = Number(api.LMSGetValue("cmi.core.score.raw")) || 0;
    if (student !== course.student) course.rename(student);
    if (answers.length > 0) {
      lent.model.set("_answers", answers);
      lent.model.save_changes();
    }
    course.pose(course.firstOpen);
  }

  /** What the platform has of this learner's answers to these questions. */
  private kept(student: string): Answer[] {
    const { api, course } = this;
    const { questions } = course;
    const text = api?.LMSGetValue("cmi.suspend_data");
    if (!text || !questions) return [];
    try {
      return readReceipt(text, questions, student);
    } catch (error) {
      console.error(error);
      return [];
    }
  }

  private tell(): void {
    const { api, course } = this;
    const { questions, student, answers } = course;
    if (!api || !this.resumed || !questions) return;
    const data = fitting((texts) => receipt(questions, student, shortened(answers, texts)));
    if (data === this.told) return;
    this.told = data;
    const done = answers.length >= course.count;
    const values = {
      "cmi.core.score.raw": String(Math.max(this.before, Math.round(100 * this.score))),
      "cmi.core.score.min": "0",
      "cmi.core.score.max": "100",
      "cmi.core.lesson_status": done ? "completed" : "incomplete",
      "cmi.core.exit": done ? "" : "suspend",
      "cmi.suspend_data": data,
    };
    for (const [name, value] of Object.entries(values)) api.LMSSetValue(name, value);
    api.LMSCommit("");
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
    const { api } = this;
    if (!api) return;
    api.LMSSetValue("cmi.core.session_time", duration((performance.now() - this.began) / 1000));
    api.LMSCommit("");
    api.LMSFinish("");
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

function fitting(make: (texts: number) => string): string {
  let made = "";
  for (const texts of TEXTS) {
    made = make(texts);
    if (made.length <= LONGEST_DATA) return made;
  }
  return made.slice(0, LONGEST_DATA);
}

/** Of long texts the beginning, and that they were cut. */
function shortened(answers: readonly Answer[], most: number): Answer[] {
  return answers.map((answer) => {
    const { text } = answer;
    return text.length <= most
      ? answer
      : { ...answer, text: `${text.slice(0, most)} ${words.cut}` };
  });
}

/** As SCORM writes it, such as 0000:02:07. */
function duration(seconds: number): string {
  const parts = [Math.min(9999, Math.floor(seconds / 3600)), Math.floor(seconds / 60) % 60];
  const [hours, minutes] = parts.map(String);
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return `${hours?.padStart(4, "0")}:${minutes?.padStart(2, "0")}:${rest}`;
}
