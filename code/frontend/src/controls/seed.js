/** The seed of the run: a number box and a die. */

import { h, svg } from "../base/dom.js";
import { MAX_SEED } from "../run/settings.js";
import { frame } from "./frame.js";
import { numberBox } from "./number_box.js";
import { words } from "../base/words.js";

/** @typedef {import("../types.js").SeedSpec} SeedSpec */

/**
 * @param {SeedSpec} control
 * @param {(value: number) => void} onChange
 * @param {import("../base/scope.js").Scope} scope
 * @returns {import("./frame.js").Control}
 */
export function seed(control, onChange, scope) {
  const parts = frame(control, { label: "span" });
  const most = control.max ?? MAX_SEED;
  const box = numberBox(control, {
    labelledby: parts.labelId,
    describedby: parts.helpId,
    range: [0, most],
    move: (value, direction) => Math.min(Math.max(value + direction, 0), most),
    onChange,
  });
  const die = h(
    "button",
    {
      type: "button",
      class: "mlp-icon-button",
      onclick: () => {
        const value = Math.floor(Math.random() * Math.min(most + 1, 10000));
        box.set(value);
        onChange(value);
      },
    },
    dieFace(),
  );
  scope.attribute(die, "aria-label", words.dice);
  scope.attribute(die, "title", words.dice);
  parts.head.append(h("span", { class: "mlp-seed" }, box.input, die));
  parts.body.append(box.error);
  return { el: parts.el, set: (value) => box.set(Number(value)), setPending: parts.setPending };
}

/** Five pips in a square. */
function dieFace() {
  const pips = [
    [8, 8],
    [16, 8],
    [12, 12],
    [8, 16],
    [16, 16],
  ];
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" },
    svg("rect", {
      x: 3.5,
      y: 3.5,
      width: 17,
      height: 17,
      rx: 4,
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 1.6,
    }),
    pips.map(([cx, cy]) => svg("circle", { cx, cy, r: 1.6, fill: "currentColor" })),
  );
}
