/** The ruler's looks, which come with it; the half of a slider's knob is 8 pixels. */
export const STYLE = `
.gdwidget-ruler {
  min-height: 1.4em;
  margin-top: 4px;
  color: var(--gdwidget-quiet);
}
.gdwidget-ruler-scale {
  position: relative;
  display: inline-flex;
}
.gdwidget-ruler-marks {
  position: absolute;
  inset: 0 8px;
  pointer-events: none;
}
.gdwidget-ruler-tick, .gdwidget-ruler-beyond {
  position: absolute;
  bottom: -4px;
}
.gdwidget-ruler-tick {
  width: 2px;
  height: 12px;
  margin-left: -1px;
  background: var(--gdwidget-warning);
}
.gdwidget-ruler-beyond {
  right: -8px;
  height: 7px;
  border-bottom: 1px solid var(--gdwidget-warning);
  background: repeating-linear-gradient(
    135deg, var(--gdwidget-warning) 0 1.5px, transparent 1.5px 4px
  );
}
.gdwidget-ruler[data-stale="true"] span, .gdwidget-ruler-scale[data-stale="true"] > span {
  opacity: 0.5;
}
@container (max-width: 719px) {
  .gdwidget-ruler { min-height: 2.8em; }
  .gdwidget-ruler-scale { flex: 1; min-width: 0; }
}
@container (max-width: 479px) {
  .gdwidget-ruler { min-height: 4.2em; }
}
@media (forced-colors: active) {
  .gdwidget-ruler-marks {
    forced-color-adjust: none;
    --gdwidget-warning: CanvasText;
  }
}
@media print {
  .gdwidget-ruler { min-height: 0; }
}
`;
