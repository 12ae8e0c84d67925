/** What the widget lends to what teaches. */

import type * as elements from "../controls/elements.ts";
import type { write } from "../controls/table.ts";
import type { Children, WidgetModel } from "../dom/host.ts";
import type { Player } from "../engines/player.ts";
import type { NameAt } from "../figures/figure.ts";
import type { View } from "../figures/view.ts";
import type { Choice } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import type { PlaneAnswer } from "../protocol/messages.ts";
import type { float32Text } from "../text/format.ts";

/** What the widget has already, so that it need not be here a second time. */
export interface Tools
  extends Pick<
    typeof elements,
    "element" | "button" | "labelled" | "setText" | "uniqueName" | "KEEPS_KEYS"
  > {
  float32Text: typeof float32Text;
  write: typeof write;
}

/** What a session lends. */
export interface Lent {
  readonly model: WidgetModel;
  readonly store: Store;
  readonly player: Player;
  readonly engine: {
    /** What computes in this page. */
    readonly page: { layAside(): () => void } | undefined;
    served(): Promise<void>;
  };
  readonly actions: {
    choose(name: Choice, value: string | number): void;
    learningRate(rate: number): void;
    runSteps(steps: number): void;
    restart(start: Record<string, number>): void;
    play(steps: number): void;
    clear(): void;
  };
  /** Read out what they are given. */
  readonly announcers: ReadonlySet<(sentence: string) => void>;
  set(name: string, value: string | number): void;
}

/** What presents a view: a button, which stands where it is found, and what its key does. */
export interface Presents {
  readonly button: HTMLButtonElement;
  present(): void;
}

/** What of a figure is in sight, and what is named in it besides. */
export interface Seen {
  readonly view: View | undefined;
  guests: readonly NameAt[];
  /** What these are, to who does not see them. */
  guestsText: string;
}

/** What a drawing lends: the parts of the figures, and what is seen in them. */
export interface Drawn {
  readonly children: Children;
  readonly functionFigure: Seen & { lossAt(value: number): number | undefined };
  readonly planeFigure: (Seen & { readonly plane: PlaneAnswer | undefined }) | undefined;
  /** The view that is presented: the figures are laid out for it. */
  presented: Boxes | undefined;
}

/** The boxes of a view in which can be pointed. */
export interface Boxes {
  readonly functionBox: HTMLElement;
  readonly planeBox: HTMLElement;
}
