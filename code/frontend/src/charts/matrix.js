/** A matrix as colours, row 0 at the top; the value under the pointer in numbers. */

import { h, setAttributes, show } from "../base/dom.js";
import { number } from "../base/format.js";
import { say } from "../base/language.js";
import { both } from "../base/text.js";
import { scaleTable } from "../base/theme.js";
import { words } from "../base/words.js";
import { paintGrid } from "./heat.js";

/** @typedef {import("../types.js").HeatChart} HeatChart */
/** @typedef {import("../types.js").ArrayData} ArrayData */
/** @typedef {import("./curves.js").Shown} Shown */

/**
 * @param {HeatChart} chart
 * @param {import("../base/scope.js").Scope} scope
 */
export function matrixChart(chart, scope) {
  /** @type {ArrayData | null} */
  let matrix = null;
  const canvas = h("canvas", { class: "mlp-matrix", role: "img" });
  const [low, high, under] = [h("span"), h("span"), h("span", { class: "mlp-legend-at" })];
  const ramp = h("span", { class: `mlp-ramp mlp-ramp-${chart.scale}` });
  const legend = h(
    "div",
    { class: "mlp-legend", "aria-hidden": "true" },
    h("span", { class: "mlp-legend-item" }, h("span", {}, both(chart.label)), low, ramp, high),
    under,
  );
  const nothing = h("p", { class: "mlp-chart-note" }, both(words.noFinite));
  const el = h(
    "div",
    { class: "mlp-chart mlp-chart-matrix", "data-chart": chart.name },
    h("div", { class: "mlp-chart-head" }, h("p", { class: "mlp-chart-title" }, both(chart.title))),
    legend,
    h(
      "div",
      { class: "mlp-matrix-frame" },
      h("span", { class: "mlp-matrix-y" }, both(chart.y), " ↓"),
      canvas,
      h("span", { class: "mlp-matrix-x" }, both(chart.x), " →"),
    ),
    nothing,
  );

  /** @param {ArrayData} shown @returns {[number, number] | null} */
  function limits({ data }) {
    const finite = Array.from(data).filter(Number.isFinite);
    if (!finite.length) return null;
    let [least, most] = [Infinity, -Infinity];
    for (const value of finite) [least, most] = [Math.min(least, value), Math.max(most, value)];
    if (chart.scale === "diverging") {
      most = Math.max(Math.abs(least), Math.abs(most)) || 1;
      least = -most;
    }
    return [chart.min ?? least, chart.max ?? most];
  }

  function draw() {
    const found = matrix && limits(matrix);
    show(nothing, matrix !== null && !found);
    setAttributes(canvas, { "aria-label": description() });
    if (!matrix) return;
    if (!found) {
      canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
      [low.textContent, high.textContent] = ["", ""];
      return;
    }
    const [rows, columns] = matrix.shape;
    const table = scaleTable(el, chart.scale);
    paintGrid(canvas, matrix.data, {
      rows,
      columns,
      low: found[0],
      high: found[1],
      table,
      topDown: true,
    });
    canvas.style.aspectRatio = `${Math.min(Math.max(columns / rows, 0.5), 4)}`;
    [low.textContent, high.textContent] = found.map((end) => number(end));
  }

  function description() {
    if (!matrix) return `${say(chart.title)}: ${say(words.noData)}`;
    const found = limits(matrix);
    if (!found) return `${say(chart.title)}: ${say(words.noFinite)}`;
    const sum = Array.from(matrix.data).reduce((all, one) => all + one, 0);
    const range = found.map((end) => number(end)).join(" … ");
    const mean = `${say(words.mean)} ${number(sum / matrix.data.length)}`;
    const size = `${matrix.shape[0]} × ${matrix.shape[1]}`;
    return `${say(chart.title)}: ${size}; ${say(chart.label)} ${range}; ${mean}`;
  }

  canvas.addEventListener("pointermove", (event) => {
    if (!matrix) return;
    const [rows, columns] = matrix.shape;
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    if (row < 0 || column < 0 || row >= rows || column >= columns) return;
    const value = number(matrix.data[row * columns + column]);
    const place = `${say(chart.y)} ${row + 1}, ${say(chart.x)} ${column + 1}`;
    under.textContent = `${place}: ${value}`;
  });
  canvas.addEventListener("pointerleave", () => {
    under.textContent = "";
  });
  scope.onTheme(draw);
  scope.onLanguage(draw);
  return {
    el,
    description,
    /** @param {Shown} next */
    update({ now }) {
      matrix = now?.[chart.value] ?? null;
      draw();
    },
  };
}
