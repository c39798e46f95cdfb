/** A small map of the plane for each hidden unit: where it is silent and where it answers. */

import { h } from "../base/dom.js";
import { result } from "../base/format.js";
import { say } from "../base/language.js";
import { both } from "../base/text.js";
import { scaleTable } from "../base/theme.js";
import { paintGrid } from "./heat.js";

/** @typedef {import("../types.js").UnitsChart} UnitsChart */
/** @typedef {import("../types.js").ArrayData} ArrayData */
/** @typedef {import("../run/record.js").Run} Run */

const MOST = 32;

const text = {
  layer: (/** @type {number} */ i) => ({ zh: `第${i}个隐藏层`, en: `hidden layer ${i}` }),
  unit: { zh: "单元", en: "unit" },
  range: { zh: "范围", en: "range" },
  scale: {
    zh: "每一层一把尺：中间色是0，越浓离0越远。",
    en: "One scale a layer: the middle colour is 0, the deeper the farther from 0.",
  },
};

/**
 * @param {UnitsChart} chart
 * @param {import("../base/scope.js").Scope} scope
 */
export function unitsChart(chart, scope) {
  /** @type {import("../types.js").Arrays} */
  let arrays = {};
  const rows = h("div", { class: "mlp-units" });
  const el = h(
    "div",
    { class: "mlp-chart mlp-chart-units", "data-chart": chart.name },
    h("div", { class: "mlp-chart-head" }, h("p", { class: "mlp-chart-title" }, both(chart.title))),
    rows,
    h("p", { class: "mlp-chart-note" }, both(text.scale)),
  );
  /** @type {{ count: number, canvases: HTMLCanvasElement[] }[]} */
  let layers = [];

  /**
   * The elements, made anew only when the network has another shape.
   *
   * @param {ArrayData[]} maps
   */
  function arrange(maps) {
    const counts = maps.map((map) => Math.min(map.shape[0], MOST));
    if (counts.length === layers.length && counts.every((count, i) => count === layers[i].count))
      return;
    layers = counts.map((count) => ({
      count,
      canvases: Array.from({ length: count }, () => h("canvas", { role: "img" })),
    }));
    rows.replaceChildren(
      ...layers.map(({ canvases }, i) =>
        h(
          "div",
          { class: "mlp-unit-layer" },
          h("p", { class: "mlp-unit-layer-name" }, both(text.layer(i + 1))),
          h("div", { class: "mlp-unit-row" }, canvases),
        ),
      ),
    );
  }

  function draw() {
    const maps = Object.keys(arrays)
      .filter((name) => /^hidden_\d+$/.test(name))
      .sort((a, b) => Number(a.slice(7)) - Number(b.slice(7)))
      .map((name) => arrays[name]);
    arrange(maps);
    const table = scaleTable(el, "diverging");
    maps.forEach((map, layer) => {
      const [, height, width] = map.shape;
      const [low, high] = rangeOf(map.data, 0, map.data.length);
      const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
      layers[layer].canvases.forEach((canvas, unit) => {
        const offset = unit * height * width;
        paintGrid(canvas, map.data, {
          rows: height,
          columns: width,
          offset,
          low: -most,
          high: most,
          table,
        });
        const [least, greatest] = rangeOf(map.data, offset, height * width);
        const range = `${result("activation", least)} … ${result("activation", greatest)}`;
        const which = `${say(text.layer(layer + 1))}, ${say(text.unit)} ${unit + 1}`;
        const name = `${which}: ${say(text.range)} ${range}`;
        canvas.setAttribute("aria-label", name);
        canvas.title = name;
      });
    });
  }

  scope.onTheme(draw);
  scope.onLanguage(draw);
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
 * @param {ArrayLike<number>} values
 * @param {number} from
 * @param {number} count
 * @returns {[number, number]}
 */
function rangeOf(values, from, count) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = from; i < from + count; i += 1) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}
