/** A slider with a box for the exact number beside it. */

import { h } from "../base/dom.js";
import { setting } from "../base/format.js";
import { nearest, stops } from "../run/settings.js";
import { frame } from "./frame.js";
import { numberBox } from "./number_box.js";

/** @typedef {import("../types.js").SliderSpec} SliderSpec */

/**
 * @param {SliderSpec} control
 * @param {(value: number) => void} onChange
 * @returns {import("./frame.js").Control}
 */
export function slider(control, onChange) {
  const log = control.scale === "log";
  const places = stops(control);
  const parts = frame(control);
  const range = h("input", {
    type: "range",
    id: parts.inputId,
    class: "mlp-range",
    min: 0,
    max: places.length - 1,
    step: 1,
    "aria-describedby": parts.helpId,
  });
  const box = numberBox(control, {
    labelledby: parts.labelId,
    describedby: parts.helpId,
    range: [control.min, control.max],
    move: (value, direction) => neighbour(places, value, direction),
    onChange: (value) => {
      place(value);
      onChange(value);
    },
  });

  /** @param {number} value */
  const place = (value) => {
    const at = nearest(places, value, log);
    range.value = String(at);
    range.setAttribute("aria-valuetext", setting(value));
    range.style.setProperty("--mlp-fill", `${(100 * at) / Math.max(places.length - 1, 1)}%`);
  };

  range.addEventListener("input", () => {
    const value = places[Number(range.value)];
    box.set(value);
    place(value);
    onChange(value);
  });

  parts.head.append(box.input);
  parts.body.append(range);
  parts.body.after(box.error);
  place(control.value);
  return {
    el: parts.el,
    setPending: parts.setPending,
    set: (value) => {
      box.set(Number(value));
      place(Number(value));
    },
  };
}

/**
 * The next stop above or below a value, which need not be a stop itself.
 *
 * @param {number[]} places
 * @param {number} value
 * @param {1 | -1} direction
 */
export function neighbour(places, value, direction) {
  if (direction > 0) return places.find((place) => place > value) ?? places[places.length - 1];
  return places.findLast((place) => place < value) ?? places[0];
}
