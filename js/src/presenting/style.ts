/** The style of what is presented: large, and as much of the figure as there is room for. */

export const PRESENTATION = `
.gdwidget-show{zoom:calc(var(--gdwidget-show-zoom,1)/var(--gdwidget-scale,1));position:fixed;inset:0;box-sizing:border-box;width:100%;max-width:none;height:100%;max-height:none;margin:0;padding:8px 16px;border:0;overflow:auto;container-type:inline-size;color:var(--gdwidget-ink);background:var(--gdwidget-paper);font:14px/1.35 var(--jp-ui-font-family,system-ui,sans-serif);font-variant-numeric:tabular-nums}
.gdwidget-show[open]{display:flex;flex-direction:column;gap:8px}
.gdwidget-show-number,.gdwidget-show-setting{color:var(--gdwidget-quiet)}
.gdwidget-show-number{font-weight:600;font-size:13px}
.gdwidget-show-text{font-size:20px;line-height:1.25;font-weight:600;white-space:pre-line;overflow-wrap:anywhere}
.gdwidget-show-text:focus{outline:none}
.gdwidget-show-body{display:flex;flex:1 1 auto;gap:16px;min-height:0}
.gdwidget .gdwidget-show .gdwidget-first{flex:1 1 0;min-width:0;min-height:220px}
.gdwidget-show .gdwidget-first>div:has(>.gdwidget-box):not([hidden]){flex:1 1 0;min-height:0;display:flex;flex-direction:column}
.gdwidget-show .gdwidget-first .gdwidget-box.gdwidget-box{flex:1 1 0;height:auto;min-height:0}
.gdwidget.gdwidget .gdwidget-show-away{display:none}
.gdwidget-show-side{flex:0 1 340px;display:flex;flex-direction:column;gap:8px;min-width:0;overflow:auto;padding:2px}
.gdwidget-show-side:empty,.gdwidget-show-said:empty{display:none}
.gdwidget-show-away+.gdwidget-show-side{flex:1 1 auto}
.gdwidget .gdwidget-show :is(p,table,td,th){margin:0;padding:0;border:0;font-size:inherit;color:inherit;background:none}
.gdwidget .gdwidget-show table{width:100%;border-collapse:collapse;table-layout:auto}
.gdwidget .gdwidget-show :is(td,th){padding:3px 8px 3px 0;text-align:left;vertical-align:middle;white-space:normal}
.gdwidget .gdwidget-show thead th{color:var(--gdwidget-quiet);font-size:13px;font-weight:400}
.gdwidget .gdwidget-show tbody tr{background:none}
.gdwidget .gdwidget-show input:is([type=number],[type=text]){box-sizing:border-box;width:7ch;min-width:5ch;min-height:30px;padding:0 6px;border:1px solid var(--gdwidget-line);border-radius:6px;color:var(--gdwidget-ink);background:var(--gdwidget-paper);font:inherit}
.gdwidget .gdwidget-show input:read-only{border-color:transparent;background:none}
.gdwidget-show .gdwidget-message{max-width:16ch;font-size:12px}
.gdwidget-show-letter{display:inline-flex;align-items:center;justify-content:center;width:24px;height:24px;border:2px solid var(--gdwidget-second);border-radius:50%}
.gdwidget-show tr[data-active] .gdwidget-show-letter{color:var(--gdwidget-paper);background:var(--gdwidget-second)}
.gdwidget-show-share{width:32%;min-width:90px}
.gdwidget-show-share>span:last-child{font-size:13px;white-space:nowrap}
.gdwidget-show-bar{display:block;height:10px;border-radius:2px;background:var(--gdwidget-learning);print-color-adjust:exact}
.gdwidget .gdwidget-show .gdwidget-show-verdict{padding-bottom:8px;line-height:1.25}
.gdwidget-show-verdict[data-verdict=right]>:is(strong,[aria-hidden]){color:var(--gdwidget-second)}
.gdwidget-show-verdict[data-verdict=wrong]>:is(strong,[aria-hidden]){color:var(--gdwidget-warning)}
.gdwidget-show-truth{font-size:18px;font-weight:600}
.gdwidget-show-said{white-space:pre-line;overflow-wrap:anywhere}
.gdwidget-show-end{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
.gdwidget-show-end>:last-child{margin-left:auto}
.gdwidget-show .gdwidget-hint{font-size:12px}
.gdwidget-show input[type=range]{width:100%}
.gdwidget-show .gdwidget-head{position:static}
.gdwidget-show .gdwidget-toolbar :is(label,span){white-space:nowrap}
.gdwidget-show-told .bqplot .object_grp .label{display:none}
.gdwidget-show-flags{position:absolute;overflow:visible;pointer-events:none;font-weight:700}
.gdwidget-show-flags text{fill:var(--gdwidget-ink);font-size:13px;text-anchor:middle;dominant-baseline:central}
.gdwidget-show-flags :is(circle,rect,.truth){fill:var(--gdwidget-paper);stroke:var(--gdwidget-second);stroke-width:2}
.gdwidget-show-flags .truth{stroke:var(--gdwidget-ink);stroke-width:2.5}
.gdwidget-show-flags path.truth{fill:none}
.gdwidget-show-pole{stroke:var(--gdwidget-quiet);stroke-dasharray:2 3}
.gdwidget-show-arrow{fill:none;stroke:var(--gdwidget-second);stroke-width:2}
@container (max-width:719px){.gdwidget-show-body{flex-direction:column;flex:0 0 auto}.gdwidget .gdwidget-show .gdwidget-first{flex:0 0 260px}.gdwidget-show-side{flex:0 0 auto;overflow:visible}.gdwidget .gdwidget-show-end button{min-height:44px}}
@media (forced-colors:active){.gdwidget-show-flags{forced-color-adjust:none}.gdwidget-show-bar{forced-color-adjust:none;background:Highlight}}
`;
