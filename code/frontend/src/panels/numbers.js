/** The numbers behind the curves, folded: one row an epoch, or twenty rows a run. */

import { h } from "../base/dom.js";
import { result, whole } from "../base/format.js";
import { both } from "../base/text.js";
import { metricWords, words } from "../base/words.js";
import { valueAt } from "../charts/legend.js";

/** @typedef {import("../run/record.js").Run} Run */

const ROWS = 20;

/** @param {import("../base/scope.js").Scope} scope */
export function numbersPanel(scope) {
  const table = h("table", { class: "mlp-table" });
  const wide = h("div", { class: "mlp-scroll", tabindex: 0, role: "group" }, table);
  scope.attribute(wide, "aria-label", words.numbers);
  /** @type {Run | null} */
  let run = null;
  const el = h(
    "details",
    { class: "mlp-fold mlp-fold-numbers", ontoggle: () => draw() },
    h("summary", {}, both(words.numbers)),
    wide,
  );

  function draw() {
    if (!el.open) return;
    if (!run || run.metrics.size === 0) {
      table.replaceChildren(h("tbody", {}, h("tr", {}, h("td", {}, both(words.noData)))));
      return;
    }
    const current = run;
    const metrics = [...current.metrics.keys()];
    const head = h(
      "tr",
      {},
      [words.stepAxis, words.epoch, ...metrics.map(metricWords)].map((text) =>
        h("th", { scope: "col", class: "mlp-number-cell" }, both(text)),
      ),
    );
    const rows = stepsOf(current).map((step) =>
      h(
        "tr",
        {},
        h("th", { scope: "row", class: "mlp-number-cell" }, whole(step)),
        h(
          "td",
          { class: "mlp-number-cell" },
          current.perEpoch ? (step / current.perEpoch).toFixed(2) : "–",
        ),
        metrics.map((name) =>
          h("td", { class: "mlp-number-cell" }, result(name, valueAt(current, name, step))),
        ),
      ),
    );
    table.replaceChildren(h("thead", {}, head), h("tbody", {}, rows));
  }

  return {
    el,
    /** @param {Run | null} next */
    update(next) {
      run = next;
      draw();
    },
  };
}

/** @param {Run} run @returns {number[]} */
function stepsOf(run) {
  const epochs = run.perEpoch ? run.step / run.perEpoch : Infinity;
  const stride =
    epochs <= 2.5 * ROWS && epochs >= 2 ? run.perEpoch : Math.max(1, Math.ceil(run.step / ROWS));
  const steps = [];
  for (let step = 0; step < run.step; step += stride) steps.push(step);
  return [...steps, run.step];
}
