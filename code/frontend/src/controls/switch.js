/** An on-off switch. */

import { h } from "../base/dom.js";
import { frame } from "./frame.js";

/** @typedef {import("../types.js").SwitchSpec} SwitchSpec */

/**
 * @param {SwitchSpec} control
 * @param {(value: boolean) => void} onChange
 * @returns {import("./frame.js").Control}
 */
export function toggle(control, onChange) {
  const parts = frame(control);
  const input = h("input", {
    type: "checkbox",
    role: "switch",
    id: parts.inputId,
    class: "mlp-switch",
    "aria-describedby": parts.helpId,
    onchange: () => onChange(input.checked),
  });
  parts.head.append(input);
  parts.body.remove();
  input.checked = control.value;
  return {
    el: parts.el,
    setPending: parts.setPending,
    set: (value) => {
      input.checked = Boolean(value);
    },
  };
}
