/** What is wrong with what a page holds, in Chinese; and how a sentence finds its translation. */

/** English with {} where something is put in, and the same in Chinese, with {0} in another order. */
export type Reasons = readonly (readonly [english: string, chinese: string])[];

const SPECIAL = /[.*+?^$()|[\]\\]/g;

/** Says what was found wrong in Chinese; a sentence that is not known stays as it is. */
export function sayer(reasons: Reasons): (sentence: string) => string {
  const known = reasons.map(([english, chinese]) => {
    const pattern = english.replace(SPECIAL, "\\$&").replaceAll("{}", "(.*)");
    return [new RegExp(`^${pattern}$`, "su"), chinese] as const;
  });
  return (sentence) => {
    for (const [pattern, chinese] of known) {
      const parts = pattern.exec(sentence)?.slice(1);
      let next = 0;
      if (parts) return chinese.replace(/\{(\d?)\}/g, (_, at) => parts[at || next++] ?? "");
    }
    return sentence;
  };
}

export const pageReasons: Reasons = [
  ["It needs {}, which this page does not have.", "它需要 {}，而本页没有。"],
  [
    "It was saved by a newer version of {}: {}; this page has {}.",
    "它是用更新版本的 {} 保存的：{}；本页的是 {}。",
  ],
  ["It needs {} of {}, which is not there.", "它需要 {}（属于 {}），而这里没有。"],
  ["It is nothing that can be shown.", "它不是可以显示的内容。"],
  ["It cannot be shown.", "它无法显示。"],
  ["It is damaged: it is no object.", "它损坏了：不是一个对象。"],
  ["It is damaged: it holds no models.", "它损坏了：其中没有模型。"],
  ["It is damaged: it names no version.", "它损坏了：没有写明版本。"],
  ["It is damaged: model {} cannot be read.", "它损坏了：模型 {} 无法读取。"],
  ["Its place is damaged.", "它的位置损坏了。"],
  ["Its place is damaged: {}", "它的位置损坏了：{}"],
  ["Its place names no model.", "它的位置没有写明模型。"],
  ["Its state is not in this page.", "它的状态不在本页中。"],
  ["It is cut off or damaged: {}", "它被截断或损坏了：{}"],
  ["It is incomplete: {} of its {} parts are missing.", "它不完整：缺少 {} 个部分（共 {} 个）。"],
  [
    "It was saved in format {}; this page reads up to {}.",
    "它是以格式 {} 保存的；本页最多只能读到 {}。",
  ],
];
