/** All controls of a lab, in one group. */

import { h } from "../base/dom.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";
import { seed } from "./seed.js";
import { select } from "./select.js";
import { slider } from "./slider.js";
import { toggle } from "./switch.js";

/** @typedef {import("../types.js").ControlSpec} ControlSpec */
/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {import("../types.js").Value} Value */
/** @typedef {import("./frame.js").Control} Control */

/**
 * @param {ControlSpec} control
 * @param {(value: Value) => void} onChange
 * @param {import("../base/scope.js").Scope} scope
 * @returns {Control}
 */
function make(control, onChange, scope) {
  switch (control.kind) {
    case "slider":
      return slider(control, onChange);
    case "select":
      return select(control, onChange);
    case "switch":
      return toggle(control, onChange);
    case "seed":
      return seed(control, onChange, scope);
  }
}

/**
 * @param {object} options
 * @param {ControlSpec[]} options.controls those that are shown
 * @param {Settings} options.values
 * @param {(name: string, value: Value) => void} options.onChange
 * @param {() => void} options.onDefaults
 * @param {import("../base/scope.js").Scope} scope
 */
export function controlPanel({ controls, values, onChange, onDefaults }, scope) {
  const parts = new Map(
    controls.map((control) => {
      const part = make(control, (value) => onChange(control.name, value), scope);
      part.set(values[control.name]);
      const { destroy } = /** @type {{ destroy?: () => void }} */ (part);
      if (destroy) scope.add(destroy);
      return [control.name, part];
    }),
  );
  const defaults = h(
    "button",
    { type: "button", class: "mlp-text-button", onclick: onDefaults },
    both(words.defaults),
  );
  const explain = h(
    "button",
    {
      type: "button",
      class: "mlp-text-button",
      "aria-pressed": "false",
      onclick: () =>
        explain.setAttribute("aria-pressed", String(el.classList.toggle("is-explained"))),
    },
    both(words.explain),
  );
  const el = h(
    "div",
    { class: "mlp-controls", role: "group" },
    h(
      "div",
      { class: "mlp-panel-head" },
      h("span", { class: "mlp-panel-title" }, both(words.settings)),
      explain,
      defaults,
    ),
    [...parts.values()].map((part) => part.el),
  );
  scope.attribute(el, "aria-label", words.settings);
  return {
    el,
    /** @param {Settings} next */
    set(next) {
      for (const [name, part] of parts) part.set(next[name]);
    },
    /**
     * Marks the controls whose change waits for the next run.
     *
     * @param {(name: string) => boolean} waits
     */
    markPending(waits) {
      for (const [name, part] of parts) part.setPending(waits(name));
    },
  };
}
