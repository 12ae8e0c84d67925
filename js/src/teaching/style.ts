/** The style of the panel, which comes with what it is for. */

export const STYLE = `
.gdwidget-quiz{position:relative;margin-bottom:12px;padding:12px 16px;border:1px solid var(--gdwidget-line);border-left:4px solid var(--gdwidget-second);border-radius:6px;background:var(--gdwidget-paper);font-size:15px;overflow-wrap:anywhere}
.gdwidget .gdwidget-quiz :is(p,ol,fieldset,legend){margin:0;padding:0;font-size:inherit}
.gdwidget .gdwidget-quiz .gdwidget-quiz-present{position:absolute;top:8px;right:8px;min-height:24px;font-size:13px}
.gdwidget-quiz-title{color:var(--gdwidget-quiet);font-size:13px;font-weight:600}
.gdwidget-quiz-title:focus:not(:focus-visible){outline:none}
.gdwidget .gdwidget-quiz .gdwidget-quiz-text{max-width:72ch;white-space:pre-line}
.gdwidget .gdwidget-quiz form>.gdwidget-quiz-text,.gdwidget .gdwidget-quiz .gdwidget-quiz-title+.gdwidget-quiz-text{margin:2px 0 8px;font-size:17px;line-height:1.4}
.gdwidget-quiz-answer,.gdwidget-quiz-outcome{display:flex;flex-direction:column;gap:8px}
.gdwidget .gdwidget-quiz .gdwidget-hint{font-size:13px}
.gdwidget-quiz-end{display:flex;flex-wrap:wrap;gap:8px 24px;align-items:center}
.gdwidget-quiz-row,.gdwidget-quiz-values,.gdwidget-quiz-radios{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center}
.gdwidget-quiz-row{gap:8px}
.gdwidget-quiz-values input[type=range]{flex:1 1 140px;min-width:100px;max-width:420px}
.gdwidget-quiz label{display:inline-flex;gap:6px;align-items:center;min-height:24px}
.gdwidget-quiz .gdwidget-field{flex-wrap:wrap;max-width:100%}
.gdwidget-quiz-radios legend{float:left;width:auto;margin-right:16px!important;color:var(--gdwidget-quiet)}
.gdwidget-quiz-options{flex-direction:column;align-items:flex-start}
.gdwidget-quiz-options legend{float:none;font-size:13px}
@container (max-width:480px){.gdwidget-quiz-radios legend{float:none}}
.gdwidget-quiz-text-field{display:flex;flex-direction:column;gap:4px;align-items:stretch}
.gdwidget .gdwidget-quiz :is(textarea,input[type=text]){box-sizing:border-box;min-height:32px;padding:4px 6px;border:1px solid var(--gdwidget-line);border-radius:6px;color:var(--gdwidget-ink);background:var(--gdwidget-paper);font:inherit}
.gdwidget-quiz-text-field :is(textarea,input){width:100%}
.gdwidget .gdwidget-quiz ol{padding-left:24px}
.gdwidget .gdwidget-quiz ol:empty{display:none}
.gdwidget .gdwidget-quiz .gdwidget-quiz-list{max-width:80ch}
.gdwidget-quiz-summary{display:flex;flex-direction:column;gap:8px}
.gdwidget .gdwidget-quiz .gdwidget-quiz-list:not(:empty){padding-left:32px}
.gdwidget-quiz-verdict{display:flex;flex-wrap:wrap;gap:0 8px;align-items:baseline}
.gdwidget-quiz-verdict>[aria-hidden]{font-weight:700}
.gdwidget-quiz-verdict[data-verdict=right]>:is(strong,[aria-hidden]){color:var(--gdwidget-second)}
.gdwidget-quiz-verdict[data-verdict=wrong]>:is(strong,[aria-hidden]){color:var(--gdwidget-warning)}
.gdwidget-quiz-compared{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(240px,100%),1fr));gap:8px 24px}
.gdwidget-quiz-compared p{white-space:pre-line}
.gdwidget-quiz-paper{display:none}
.gdwidget fieldset:disabled :is(button,input,select){opacity:.5;cursor:default}
@media print{.gdwidget-quiz-present{display:none}.gdwidget-quiz .gdwidget-quiz-outcome,.gdwidget-quiz-answer>:not(.gdwidget-quiz-options){display:none!important}.gdwidget-quiz-paper{display:block;min-height:72px;padding-bottom:48px;border-bottom:1px solid}}
`;
