/**
 * The plane as the network sees it: probability of class 1 as colour, the border, and the points.
 */

import { scaleLinear } from "d3-scale";
import { h, setAttributes, show, svg, uniqueId } from "../base/dom.js";
import { result } from "../base/format.js";
import { say } from "../base/language.js";
import { both } from "../base/text.js";
import { scaleTable } from "../base/theme.js";
import { tickText } from "./axis.js";
import { contour, paintGrid } from "./heat.js";

/** @typedef {import("../types.js").RegionChart} RegionChart */
/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("../run/record.js").Run} Run */

const SIZE = 300;
const EDGE = 26;

const text = {
  legend: { zh: "类1的概率", en: "probability of class 1" },
  border: { zh: "黑线：概率为½", en: "line: probability ½" },
  classes: [
    { zh: "类0", en: "class 0" },
    { zh: "类1", en: "class 1" },
  ],
  points: { zh: "个点", en: "points" },
  share: { zh: "平面上判为类1的部分", en: "part of the plane called class 1" },
};

/**
 * @param {RegionChart} chart
 * @param {import("../base/scope.js").Scope} scope
 */
export function regionChart(chart, scope) {
  /** @type {Arrays} */
  let arrays = {};
  const clip = uniqueId("clip");
  const canvas = h("canvas", { class: "mlp-heat", width: 1, height: 1, "aria-hidden": "true" });
  const overlay = svg("svg", {
    class: "mlp-plot mlp-region-overlay",
    role: "img",
    viewBox: `0 0 ${SIZE} ${SIZE}`,
  });
  const note = h("p", { class: "mlp-chart-note" }, key(), h("span", {}, both(text.border)));
  const el = h(
    "div",
    { class: "mlp-chart mlp-chart-region", "data-chart": chart.name, id: uniqueId("chart") },
    h("div", { class: "mlp-chart-head" }, h("p", { class: "mlp-chart-title" }, both(chart.title))),
    h("div", { class: "mlp-region" }, h("div", { class: "mlp-region-window" }, canvas), overlay),
    note,
  );

  function key() {
    return h(
      "span",
      { class: "mlp-region-key" },
      h("span", { class: "mlp-swatch" }, mark(0, 7, 7), " "),
      h("span", {}, both(text.classes[0])),
      h("span", { class: "mlp-ramp", "aria-hidden": "true" }),
      h("span", {}, both(text.classes[1])),
      h("span", { class: "mlp-swatch" }, mark(1, 7, 7)),
    );
  }

  /**
   * The outermost numbers belong to the very edge of the plane: half of their cells falls outside.
   */
  function fitCanvas(/** @type {number} */ rows, /** @type {number} */ columns) {
    canvas.style.width = `${(100 * columns) / (columns - 1)}%`;
    canvas.style.height = `${(100 * rows) / (rows - 1)}%`;
    canvas.style.left = `${-50 / (columns - 1)}%`;
    canvas.style.top = `${-50 / (rows - 1)}%`;
  }

  /** A point: a disc for class 0, a square for class 1, so that colour does not say it alone. */
  function mark(/** @type {number} */ label, /** @type {number} */ x, /** @type {number} */ y) {
    const shape =
      label === 0
        ? svg("circle", { cx: x, cy: y, r: 3.4, class: "mlp-point mlp-point-0" })
        : svg("rect", { x: x - 3, y: y - 3, width: 6, height: 6, class: "mlp-point mlp-point-1" });
    return x === 7 && y === 7
      ? svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, shape)
      : shape;
  }

  function draw() {
    const { grid, points, point_labels: labels } = arrays;
    show(note, Boolean(grid));
    if (!grid) return overlay.setAttribute("aria-label", say(chart.title));
    const [rows, columns] = grid.shape;
    const table = scaleTable(el, "diverging");
    paintGrid(canvas, grid.data, { rows, columns, low: 0, high: 1, table });
    fitCanvas(rows, columns);
    const [x0, x1, y0, y1] = extentOf(arrays);
    const x = scaleLinear()
      .domain([x0, x1])
      .range([EDGE, SIZE - 6]);
    const y = scaleLinear()
      .domain([y0, y1])
      .range([SIZE - EDGE, 6]);
    const cell = (/** @type {number} */ c, /** @type {number} */ r) =>
      /** @type {[number, number]} */ ([
        x(x0 + (c / (columns - 1)) * (x1 - x0)),
        y(y0 + (r / (rows - 1)) * (y1 - y0)),
      ]);
    overlay.replaceChildren(
      ...ticks(x, y),
      svg(
        "clipPath",
        { id: clip },
        svg("rect", { x: EDGE, y: 6, width: SIZE - EDGE - 6, height: SIZE - EDGE - 6 }),
      ),
      svg(
        "g",
        { "clip-path": `url(#${clip})` },
        svg("path", { class: "mlp-border", d: contour(grid.data, rows, columns, 0.5, cell) }),
        dots(points, labels, x, y),
      ),
    );
    setAttributes(overlay, { "aria-label": description(grid, points?.shape[0] ?? 0) });
  }

  /** @param {import("d3-scale").ScaleLinear<number, number>} x @param {typeof x} y */
  function ticks(x, y) {
    return [
      ...x
        .ticks(5)
        .map((tick) =>
          svg(
            "text",
            { class: "mlp-tick", x: x(tick), y: SIZE - EDGE + 14, "text-anchor": "middle" },
            tickText(tick),
          ),
        ),
      ...y
        .ticks(5)
        .map((tick) =>
          svg(
            "text",
            { class: "mlp-tick", x: EDGE - 5, y: y(tick), dy: "0.32em", "text-anchor": "end" },
            tickText(tick),
          ),
        ),
    ];
  }

  /**
   * @param {import("../types.js").ArrayData | undefined} points
   * @param {import("../types.js").ArrayData | undefined} labels
   * @param {(value: number) => number} x
   * @param {(value: number) => number} y
   */
  function dots(points, labels, x, y) {
    if (!points || !labels) return [];
    return Array.from({ length: points.shape[0] }, (_, i) =>
      mark(Number(labels.data[i]), x(points.data[2 * i]), y(points.data[2 * i + 1])),
    );
  }

  /** @param {import("../types.js").ArrayData} grid @param {number} count */
  function description(grid, count) {
    let ones = 0;
    for (let i = 0; i < grid.data.length; i += 1) ones += grid.data[i] > 0.5 ? 1 : 0;
    const share = result("share", ones / grid.data.length);
    return `${say(chart.title)}: ${count} ${say(text.points)}; ${say(text.share)}: ${share}`;
  }

  scope.onTheme(draw);
  scope.onLanguage(draw);
  draw();
  return {
    el,
    /** @param {{ run: Run | null }} next */
    update({ run }) {
      if (run?.arrays === arrays) return;
      arrays = run?.arrays ?? arrays;
      draw();
    },
  };
}

/**
 * @param {Arrays} arrays
 * @returns {[number, number, number, number]}
 */
function extentOf({ extent }) {
  return extent ? [extent.data[0], extent.data[1], extent.data[2], extent.data[3]] : [-1, 1, -1, 1];
}
