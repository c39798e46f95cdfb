/** The charts of a lab, drawn together at most once a frame. */

import { h } from "../base/dom.js";
import { curvesChart } from "./curves.js";
import { imagesChart } from "./images.js";
import { linesChart } from "./lines.js";
import { matrixChart } from "./matrix.js";
import { regionChart } from "./region.js";
import { numbersChart } from "./scalars.js";
import { unitsChart } from "./units.js";

/** @typedef {import("../types.js").Spec} Spec */
/** @typedef {import("../types.js").ChartSpec} ChartSpec */
/**
 * @typedef {object} Chart
 * @property {HTMLElement} el
 * @property {(shown: any) => void} update draws the lab's state: a `Drawn` of a training run, a
 *   `Shown` of named arrays
 * @property {(width: number) => void} [resize]
 * @property {() => string} [description] what it shows, in a sentence
 */

/**
 * Charts that show pictures of the network, worth looking at often; the others wait for an epoch's
 * end.
 */
const OFTEN = new Set(["region", "units"]);

/**
 * @param {ChartSpec[]} specs
 * @returns {{ atEpochs: string[], often: string[] }} names by how often they are evaluated
 */
export function evaluationPlan(specs) {
  const names = specs.filter((chart) => chart.kind !== "lines");
  return {
    often: names.filter((chart) => OFTEN.has(chart.kind)).map((chart) => chart.name),
    atEpochs: names.filter((chart) => !OFTEN.has(chart.kind)).map((chart) => chart.name),
  };
}

/**
 * @param {ChartSpec} chart
 * @param {Spec} spec
 * @param {import("../base/scope.js").Scope} scope
 * @returns {Chart}
 */
function make(chart, spec, scope) {
  switch (chart.kind) {
    case "lines": {
      const references = (spec.reference_lines ?? []).filter((line) => line.chart === chart.name);
      return linesChart(chart, references, scope);
    }
    case "images":
      return imagesChart(chart, scope);
    case "region":
      return regionChart(chart, scope);
    case "units":
      return unitsChart(chart, scope);
    case "curves":
      return curvesChart(chart, scope);
    case "heat":
      return matrixChart(chart, scope);
    case "numbers":
      return numbersChart(chart);
  }
}

/**
 * @param {Spec} spec
 * @param {import("../base/scope.js").Scope} scope
 * @param {() => unknown} state what is to be drawn now
 */
export function chartGrid(spec, scope, state) {
  const charts = spec.charts.map((chart) => make(chart, spec, scope));
  const el = h(
    "div",
    { class: "mlp-charts", hidden: true },
    charts.map((chart) => chart.el),
  );
  let frame = 0;
  const draw = () => {
    frame = 0;
    const drawn = state();
    for (const chart of charts) chart.update(drawn);
  };
  if (globalThis.ResizeObserver) {
    const sizes = new ResizeObserver((entries) => {
      for (const entry of entries) {
        charts.find((chart) => chart.el === entry.target)?.resize?.(entry.contentRect.width);
      }
    });
    for (const chart of charts) sizes.observe(chart.el);
    scope.add(() => sizes.disconnect());
  }
  scope.add(() => cancelAnimationFrame(frame));
  return {
    el,
    /** Draws in the next frame, once, however often it is asked. */
    schedule() {
      if (!frame) frame = requestAnimationFrame(draw);
    },
    draw,
    /** What the charts show, in sentences. */
    descriptions: () => charts.flatMap((chart) => chart.description?.() ?? []),
  };
}
