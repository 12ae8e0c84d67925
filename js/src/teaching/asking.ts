/** The questions of a widget, shared by its views, each of which has a panel for them. */

import { QuestionCourse } from "./course.ts";
import { Ghost } from "./ghost.ts";
import type { Boxes, Drawn, Lent, Presents, Tools } from "./lent.ts";
import { truthText } from "./outcome.ts";
import { QuestionPanel } from "./panel.ts";
import { Scorm } from "./scorm.ts";

export class Asking {
  readonly course: QuestionCourse;
  /** Lent to what presents, so that it need not be there a second time. */
  readonly truthText = truthText;
  /** What a question is presented on, while one is. */
  stage: { draw(): void } | undefined;
  private readonly ghost: Ghost;
  private readonly scorm: Scorm;

  constructor(lent: Lent, tools: Tools) {
    this.course = new QuestionCourse(lent, tools);
    this.ghost = new Ghost(this.course);
    this.scorm = new Scorm(this.course);
  }

  /** Shows the questions in a view; what is returned is drawn with it. */
  show(
    root: HTMLElement,
    boxes: Boxes,
    drawn: Drawn,
    signal: AbortSignal,
    presents: Presents,
  ): { draw(): void } {
    const { course } = this;
    this.ghost.listen(boxes, drawn, signal);
    const panel = new QuestionPanel(course, root, drawn, presents);
    // Another problem has another session: what is presented goes on in it.
    if (course.presented.isIn(root.parentElement)) presents.present();
    return {
      draw: () => {
        panel.draw();
        this.ghost.draw(boxes, drawn);
        this.stage?.draw();
      },
    };
  }

  close(): void {
    this.scorm.close();
    this.course.close();
  }
}
