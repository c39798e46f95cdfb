/** A choice among a few: buttons side by side when they are short, else a list to open. */

import { h, uniqueId } from "../base/dom.js";
import { onLanguage, say } from "../base/language.js";
import { both } from "../base/text.js";
import { frame } from "./frame.js";

/** @typedef {import("../types.js").SelectSpec} SelectSpec */
/** @typedef {import("../types.js").Value} Value */

const MOST_BUTTONS = 4;
const MOST_LETTERS = 24;

/**
 * @param {SelectSpec} control
 * @param {(value: Value) => void} onChange
 * @returns {import("./frame.js").Control & { destroy?: () => void }}
 */
export function select(control, onChange) {
  const letters = control.options.reduce(
    (sum, { label }) => sum + Math.max(label.en.length, 2 * label.zh.length),
    0,
  );
  const short = control.options.length <= MOST_BUTTONS && letters <= MOST_LETTERS;
  return short ? buttons(control, onChange) : list(control, onChange);
}

/**
 * Radio buttons drawn as one bar.
 *
 * @param {SelectSpec} control
 * @param {(value: Value) => void} onChange
 */
function buttons(control, onChange) {
  const parts = frame(control, { label: "span" });
  const group = uniqueId("choice");
  const inputs = control.options.map((option) =>
    h("input", {
      type: "radio",
      name: group,
      value: String(option.value),
      onchange: () => onChange(option.value),
    }),
  );
  const bar = h(
    "div",
    {
      class: "mlp-segments",
      role: "radiogroup",
      "aria-labelledby": parts.labelId,
      "aria-describedby": parts.helpId,
    },
    inputs.map((input, i) =>
      h("label", { class: "mlp-segment" }, input, h("span", {}, both(control.options[i].label))),
    ),
  );
  parts.body.append(bar);
  /** @param {Value} value */
  const set = (value) => {
    for (const input of inputs) input.checked = input.value === String(value);
  };
  set(control.value);
  return { el: parts.el, set, setPending: parts.setPending };
}

/**
 * @param {SelectSpec} control
 * @param {(value: Value) => void} onChange
 */
function list(control, onChange) {
  const parts = frame(control);
  const options = control.options.map((option) => h("option", { value: String(option.value) }));
  const speak = () => {
    options.forEach((option, i) => {
      option.textContent = say(control.options[i].label);
    });
  };
  speak();
  const input = h(
    "select",
    {
      id: parts.inputId,
      class: "mlp-select",
      "aria-describedby": parts.helpId,
      onchange: () => onChange(control.options[input.selectedIndex].value),
    },
    options,
  );
  parts.body.append(input);
  /** @param {Value} value */
  const set = (value) => {
    input.selectedIndex = control.options.findIndex((option) => option.value === value);
  };
  set(control.value);
  return { el: parts.el, set, setPending: parts.setPending, destroy: onLanguage(speak) };
}
