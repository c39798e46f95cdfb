/**
 * What all controls have around them: a label, a mark, help, and the note that a change waits for
 * the next run.
 */

import { h, show, uniqueId } from "../base/dom.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";

/** @typedef {import("../types.js").ControlSpec} ControlSpec */
/** @typedef {import("../types.js").Value} Value */

/**
 * @typedef {object} Control
 * @property {HTMLElement} el
 * @property {(value: Value) => void} set
 * @property {(pending: boolean) => void} setPending
 */

/**
 * @param {ControlSpec} control
 * @param {{ label?: "label" | "span" }} [options] a group of inputs is labelled by a span
 */
export function frame(control, { label: tag = "label" } = {}) {
  const inputId = uniqueId("input");
  const labelId = uniqueId("label");
  const helpId = uniqueId("help");
  const label = h(
    tag,
    { id: labelId, class: "mlp-label", for: tag === "label" ? inputId : null },
    both(control.label),
  );
  const mark = control.live ? liveMark() : null;
  const head = h(
    "div",
    { class: "mlp-control-head" },
    h("span", { class: "mlp-label-line" }, label, mark),
  );
  const body = h("div", { class: "mlp-control-body" });
  const help = control.help ? h("p", { id: helpId, class: "mlp-help" }, both(control.help)) : null;
  const pending = h("p", { class: "mlp-pending", hidden: true }, both(words.pending));
  const el = h(
    "div",
    { class: `mlp-control mlp-control-${control.kind}`, "data-control": control.name },
    head,
    body,
    help,
    pending,
  );
  return {
    el,
    head,
    body,
    inputId,
    labelId,
    helpId: help ? helpId : undefined,
    /** @param {boolean} waits */
    setPending: (waits) => show(pending, waits),
  };
}

/** A small mark beside the label of a control that may change while the run goes on. */
function liveMark() {
  return h("span", { class: "mlp-live-mark" }, both(words.live));
}
