/** Names of the curves, each with its line and the value it has now (or where the pointer is). */

import { h, svg } from "../base/dom.js";
import { result, whole } from "../base/format.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";

/** @typedef {import("../types.js").Series} Series */
/** @typedef {import("../run/record.js").Run} Run */

/** @param {Series[]} series */
export function legend(series) {
  const values = series.map(() => h("span", { class: "mlp-legend-value" }));
  const at = h("span", { class: "mlp-legend-at" });
  const el = h(
    "div",
    { class: "mlp-legend", "aria-hidden": "true" },
    series.map((one, i) =>
      h(
        "span",
        { class: "mlp-legend-item" },
        sample(one.color),
        h("span", {}, both(one.label)),
        values[i],
      ),
    ),
    at,
  );
  return {
    el,
    /** @param {Run | null} run @param {number | null} step */
    update(run, step) {
      at.replaceChildren(
        ...(step === null || !run ? [] : [...both(words.stepAxis), ` ${whole(step)}`]),
      );
      series.forEach((one, i) => {
        const value = run ? valueAt(run, one.metric, step) : undefined;
        values[i].textContent = value === undefined ? "" : result(one.metric, value);
      });
    },
  };
}

/** @param {string} color */
function sample(color) {
  return svg(
    "svg",
    {
      width: 18,
      height: 8,
      class: "mlp-sample",
      style: `--mlp-line: var(--mlp-${color.replaceAll("_", "-")})`,
    },
    svg("path", { class: `mlp-line mlp-line-${color}`, d: "M0,4L18,4" }),
  );
}

/**
 * The value at a step: the last one measured at or before it.
 *
 * @param {Run} run
 * @param {string} metric
 * @param {number | null} step `null` for the end
 */
export function valueAt(run, metric, step) {
  const points = run.metrics.get(metric);
  if (!points) return undefined;
  if (step === null) return points.y.at(-1);
  const i = points.x.findLastIndex((x) => x <= step);
  return i < 0 ? undefined : points.y[i];
}
