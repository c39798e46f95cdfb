/** Names of a chart's curves and marks, each with a sample, and values where the pointer is. */

import { h, show, svg } from "../base/dom.js";
import { number } from "../base/format.js";
import { say } from "../base/language.js";
import { both } from "../base/text.js";
import { nearestValue, placesOf } from "./series.js";

/** @typedef {import("../types.js").CurvesChart} CurvesChart */
/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("./series.js").Line} Line */

/** @param {CurvesChart} chart */
export function key(chart) {
  const at = h("span", { class: "mlp-legend-at" });
  const entries = [
    ...chart.series.map(({ label, colors, style }) => entry(label, colors, style)),
    ...chart.marks.map(({ label, color, x, y }) =>
      entry(label, [color], x !== null && y !== null ? "point" : "mark"),
    ),
  ];
  const el = h(
    "div",
    { class: "mlp-legend", "aria-hidden": "true" },
    entries.map((one) => one.el),
    at,
  );

  return {
    el,
    /**
     * @param {Line[]} lines those that are drawn
     * @param {Arrays | null} arrays
     * @param {number | null} hover
     */
    update(lines, arrays, hover) {
      chart.series.forEach((series, i) => {
        const own = lines.filter((line) => line.series === series);
        show(entries[i].el, arrays === null || own.length > 0);
        const one = hover !== null && own.length === 1;
        const value = one ? nearestValue(own[0].points, hover) : null;
        entries[i].value.textContent = value === null ? "" : number(value);
      });
      chart.marks.forEach((mark, i) => {
        const places = arrays ? placesOf(mark, arrays) : [];
        const { el: item, value } = entries[chart.series.length + i];
        show(item, places.length > 0);
        const said = places.length === 1 ? [places[0].x, places[0].y] : [];
        const shown = said.filter((one) => one !== null);
        value.textContent = shown.map((one) => number(one)).join(", ");
      });
      at.textContent = hover === null ? "" : `${say(chart.x.label)} ${number(hover)}`;
    },
  };
}

/**
 * @param {import("../types.js").Text} label
 * @param {string[]} colors
 * @param {string} shape
 */
function entry(label, colors, shape) {
  const value = h("span", { class: "mlp-legend-value" });
  const el = h(
    "span",
    { class: "mlp-legend-item" },
    colors.slice(0, 4).map((color) => sample(color, shape)),
    h("span", {}, both(label)),
    value,
  );
  return { el, value };
}

/** @param {string} color @param {string} shape */
function sample(color, shape) {
  const style = `--mlp-line: var(--mlp-${color.replaceAll("_", "-")})`;
  const size = { width: 18, height: 10, class: "mlp-sample", style };
  switch (shape) {
    case "dots":
      return svg("svg", size, svg("circle", { class: "mlp-dots", cx: 9, cy: 5, r: 3 }));
    case "point":
      return svg("svg", size, svg("circle", { class: "mlp-mark-point", cx: 9, cy: 5, r: 4 }));
    case "bars":
      return svg("svg", size, svg("rect", { class: "mlp-bars", x: 4, width: 10, height: 10 }));
    case "mark":
      return svg("svg", size, svg("line", { class: "mlp-mark-line", x1: 0, x2: 18, y1: 5, y2: 5 }));
    default:
      return svg("svg", size, svg("path", { class: "mlp-line", d: "M0,5L18,5" }));
  }
}
