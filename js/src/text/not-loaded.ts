/** What is said in a widget's place before its texts are there, in all languages. */
export function notLoaded(language: unknown): string {
  return language === "zh"
    ? "此部件的脚本没有加载；如果一直如此，请重新运行它的单元格。"
    : "This widget's script is not loaded; if that lasts, run its cell again.";
}
