/** The runs so far: colour, settings, results; each can be used again or removed. */

import { h, show } from "../base/dom.js";
import { result, setting, whole } from "../base/format.js";
import { both, join, same } from "../base/text.js";
import { metricWords, words } from "../base/words.js";
import { summaryOf } from "../run/record.js";

/** @typedef {import("../types.js").Spec} Spec */
/** @typedef {import("../types.js").Text} Text */
/** @typedef {import("../types.js").Value} Value */
/** @typedef {import("../run/record.js").Run} Run */
/** @typedef {{ run: Run, color: string }} Earlier */

/**
 * @param {Spec} spec
 * @param {object} actions
 * @param {(run: Run) => void} actions.onUse
 * @param {(run: Run) => void} actions.onRemove
 * @param {() => void} actions.onClear
 * @param {(run: Run | null) => void} actions.onPoint
 * @param {import("../base/scope.js").Scope} scope
 */
export function runsTable(spec, { onUse, onRemove, onClear, onPoint }, scope) {
  const columns = (spec.table ?? spec.controls.map((control) => control.name))
    .map((name) => spec.controls.find((control) => control.name === name))
    .filter((control) => control !== undefined);
  const results = spec.results ?? [];
  const headBody = h("thead");
  const nowBody = h("tbody");
  const earlierBody = h("tbody");
  const shared = h("p", { class: "mlp-chart-note mlp-shared" });
  const clear = h(
    "button",
    { type: "button", class: "mlp-text-button", onclick: onClear },
    both(words.clear),
  );
  const wide = h(
    "div",
    { class: "mlp-scroll", tabindex: 0, role: "group" },
    h("table", { class: "mlp-table mlp-runs-table" }, headBody, nowBody, earlierBody),
  );
  scope.attribute(wide, "aria-label", words.runs);
  const el = h(
    "div",
    { class: "mlp-runs", hidden: true },
    h(
      "div",
      { class: "mlp-panel-head" },
      h("span", { class: "mlp-panel-title" }, both(words.runs)),
      clear,
    ),
    wide,
    shared,
  );
  /** Settings in which the runs differ: they are the columns; the others are said once, below. */
  let differing = columns;
  /** @type {Run | null} */
  let reference = null;

  function head() {
    return h(
      "tr",
      {},
      h("th", { scope: "col" }, both(words.runNumber)),
      differing.map((control) => h("th", { scope: "col" }, both(control.label))),
      h("th", { scope: "col", class: "mlp-number-cell" }, both(words.steps)),
      results.map((name) =>
        h(
          "th",
          { scope: "col", class: "mlp-number-cell mlp-result-cell" },
          both(metricWords(name)),
        ),
      ),
      h("td", {}),
    );
  }

  /** @param {Run} run @param {string} color */
  function row(run, color) {
    const isNow = run === reference;
    const cells = differing.map((control) => {
      const differs =
        reference !== null && run.settings[control.name] !== reference.settings[control.name];
      return h("td", { class: differs ? "mlp-differs" : null }, both(valueText(control, run)));
    });
    return h(
      "tr",
      {
        class: isNow ? "mlp-run-now" : null,
        onpointerenter: () => onPoint(run),
        onpointerleave: () => onPoint(null),
      },
      h(
        "th",
        { scope: "row" },
        h("span", { class: "mlp-chip-color", style: `background: var(--mlp-${color})` }),
        ` ${run.id} `,
        isNow && h("span", { class: "mlp-now" }, both(words.current)),
      ),
      cells,
      h("td", { class: "mlp-number-cell" }, whole(run.step)),
      results.map((name) =>
        h("td", { class: "mlp-number-cell mlp-result-cell" }, result(name, summaryOf(run, name))),
      ),
      h(
        "td",
        { class: "mlp-run-actions" },
        isNow ? null : [button(words.use, run, onUse), button(words.remove, run, onRemove)],
      ),
    );
  }

  /** @param {Run} run */
  function sharedText(run) {
    const same_ = columns.filter((control) => !differing.includes(control));
    const texts = same_.map((control) =>
      join([control.label, valueText(control, run)], { zh: " ", en: " " }),
    );
    return both(join([words.shared, join(texts, { zh: "，", en: ", " })]));
  }

  /** @param {Text} text @param {Run} run @param {(run: Run) => void} action */
  function button(text, run, action) {
    const el = h(
      "button",
      { type: "button", class: "mlp-text-button", onclick: () => action(run) },
      both(text),
    );
    el.append(h("span", { class: "mlp-sr" }, ` ${run.id}`));
    return el;
  }

  return {
    el,
    /** After a run begins or goes. @param {Run | null} now @param {Earlier[]} earlier */
    update(now, earlier) {
      const all = [...(now ? [now] : []), ...earlier.map(({ run }) => run)];
      reference = now;
      differing = columns.filter(
        (control) => new Set(all.map((run) => valueText(control, run).en)).size > 1,
      );
      headBody.replaceChildren(head());
      this.updateNow(now);
      earlierBody.replaceChildren(...earlier.toReversed().map(({ run, color }) => row(run, color)));
      shared.replaceChildren(
        ...(all.length && differing.length < columns.length ? sharedText(all[0]) : []),
      );
      show(clear, earlier.length > 0);
      show(el, all.length > 0);
    },
    /**
     * While a run goes on; the other rows keep the reader's focus.
     *
     * @param {Run | null} now
     */
    updateNow(now) {
      nowBody.replaceChildren(...(now ? [row(now, "accent")] : []));
    },
  };
}

/**
 * A setting as its control says it; one that was moved during the run shows both ends.
 *
 * @param {import("../types.js").ControlSpec} control
 * @param {Run} run
 * @returns {Text}
 */
function valueText(control, run) {
  const values = [
    run.settings[control.name],
    ...run.changes
      .filter((change) => control.name in change.settings)
      .map((change) => change.settings[control.name]),
  ];
  const texts = values.map((value) => oneText(control, value));
  if (texts.length === 1) return texts[0];
  const ends = [texts[0], texts[texts.length - 1]];
  return { zh: ends.map((end) => end.zh).join(" → "), en: ends.map((end) => end.en).join(" → ") };
}

/**
 * @param {import("../types.js").ControlSpec} control
 * @param {Value} value
 * @returns {Text}
 */
export function oneText(control, value) {
  if (control.kind === "switch") return value ? words.on : words.off;
  if (control.kind === "select")
    return control.options.find((option) => option.value === value)?.label ?? same(setting(value));
  return same(setting(value));
}
