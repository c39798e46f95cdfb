/**
 * A box for an exact number, with arrow keys; what doesn't fit is named and the old value stays.
 */

import { h, show, uniqueId } from "../base/dom.js";
import { setting } from "../base/format.js";
import { both } from "../base/text.js";
import { check } from "../run/settings.js";

/** @typedef {import("../types.js").SliderSpec | import("../types.js").SeedSpec} NumberSpec */

/**
 * @param {NumberSpec} control
 * @param {object} options
 * @param {string} options.labelledby id of the visible label
 * @param {string} [options.describedby] id of the help text
 * @param {(value: number) => void} options.onChange
 * @param {(value: number, direction: 1 | -1) => number} options.move the value one arrow key away
 * @param {[number, number]} options.range
 */
export function numberBox(control, { labelledby, describedby, onChange, move, range }) {
  const errorId = uniqueId("error");
  let value = Number(control.value);
  const input = h("input", {
    type: "text",
    inputmode: control.kind === "seed" || control.integer ? "numeric" : "decimal",
    role: "spinbutton",
    class: "mlp-number",
    autocomplete: "off",
    spellcheck: "false",
    name: control.name,
    "aria-labelledby": labelledby,
    "aria-valuemin": range[0],
    "aria-valuemax": range[1],
  });
  const error = h("p", { id: errorId, class: "mlp-error", role: "alert", hidden: true });

  /** @param {import("../types.js").Text | null} message */
  const complain = (message) => {
    error.replaceChildren(...(message ? both(message) : []));
    show(error, message !== null);
    input.toggleAttribute("aria-invalid", message !== null);
    if (message) input.setAttribute("aria-invalid", "true");
    const about = [message ? errorId : null, describedby].filter(Boolean).join(" ");
    if (about) input.setAttribute("aria-describedby", about);
    else input.removeAttribute("aria-describedby");
  };

  /** @param {number} next */
  const set = (next) => {
    value = next;
    input.value = setting(next);
    input.setAttribute("aria-valuenow", String(next));
    complain(null);
  };

  const commit = () => {
    if (input.value === setting(value)) return complain(null);
    const checked = check(control, input.value);
    if (checked.error) {
      input.value = setting(value);
      return complain(checked.error);
    }
    set(Number(checked.value));
    onChange(value);
  };

  input.addEventListener("change", commit);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      commit();
    }
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    set(move(value, event.key === "ArrowUp" ? 1 : -1));
    onChange(value);
  });
  set(value);
  return { input, error, set };
}
