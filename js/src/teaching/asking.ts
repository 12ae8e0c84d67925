/** The questions of a widget, shared by its views, each of which has a panel for them. */

import { QuestionCourse } from "./course.ts";
import { Ghost } from "./ghost.ts";
import type { Boxes, Drawn, Lent, Tools } from "./lent.ts";
import { QuestionPanel } from "./panel.ts";
import { Scorm } from "./scorm.ts";

export class Asking {
  private readonly course: QuestionCourse;
  private readonly ghost: Ghost;
  private readonly scorm: Scorm;

  constructor(lent: Lent, tools: Tools) {
    this.course = new QuestionCourse(lent, tools);
    this.ghost = new Ghost(this.course);
    this.scorm = new Scorm(this.course);
  }

  /** Shows the questions in a view; what is returned is drawn with it. */
  show(root: HTMLElement, boxes: Boxes, drawn: Drawn, signal: AbortSignal): { draw(): void } {
    this.ghost.listen(boxes, drawn, signal);
    const panel = new QuestionPanel(this.course, root, drawn);
    return {
      draw: () => {
        panel.draw();
        this.ghost.draw(boxes, drawn);
      },
    };
  }

  close(): void {
    this.scorm.close();
    this.course.close();
  }
}
