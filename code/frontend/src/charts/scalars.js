/**
 * Scalars with their names, and beside them those of the pinned settings; NaN, which a chart leaves
 * out, is a dash.
 */

import { h, show } from "../base/dom.js";
import { number, share } from "../base/format.js";
import { say } from "../base/language.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";

/** @typedef {import("../types.js").NumbersChart} NumbersChart */
/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("./curves.js").Shown} Shown */

/** @param {NumbersChart} chart */
export function numbersChart(chart) {
  /** @type {Shown} */
  let shown = { now: null, pinned: null };
  const pinnedHead = h("th", { scope: "col", class: "mlp-number-cell" }, both(words.pinned));
  const rows = chart.numbers.map(({ label }) => {
    const now = h("td", { class: "mlp-number-cell" });
    const pinned = h("td", { class: "mlp-number-cell mlp-pinned-cell" });
    return { el: h("tr", {}, h("th", { scope: "row" }, both(label)), now, pinned), now, pinned };
  });
  const el = h(
    "div",
    { class: "mlp-chart mlp-chart-numbers", "data-chart": chart.name },
    h(
      "table",
      { class: "mlp-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, both(chart.title)),
          h("th", { scope: "col", class: "mlp-number-cell" }, both(words.current)),
          pinnedHead,
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) => row.el),
      ),
    ),
  );

  /** @param {Arrays | null} arrays @param {NumbersChart["numbers"][number]} one */
  function text(arrays, { value, digits, percent }) {
    const found = arrays?.[value]?.data[0];
    if (found === undefined || Number.isNaN(found)) return "–";
    return percent ? share(found) : number(found, digits);
  }

  return {
    el,
    description() {
      const all = chart.numbers.map((one) => `${say(one.label)} ${text(shown.now, one)}`);
      return `${say(chart.title)}: ${all.join("; ")}`;
    },
    /** @param {Shown} next */
    update(next) {
      shown = next;
      show(pinnedHead, next.pinned !== null);
      chart.numbers.forEach((one, i) => {
        rows[i].now.textContent = text(next.now, one);
        rows[i].pinned.textContent = text(next.pinned, one);
        show(rows[i].pinned, next.pinned !== null);
      });
    },
  };
}
