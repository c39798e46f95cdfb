/** Presets: settings that reproduce a sentence of the text, and the sentence. */

import { h, show } from "../base/dom.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";

/** @typedef {import("../types.js").Preset} Preset */
/** @typedef {import("../types.js").Settings} Settings */

/**
 * @param {Preset[]} presets
 * @param {(preset: Preset) => void} onChoose
 * @param {import("../base/scope.js").Scope} scope
 */
export function presetBar(presets, onChoose, scope) {
  const note = h("p", { class: "mlp-preset-note", "aria-live": "polite", hidden: true });
  const buttons = presets.map((preset) =>
    h(
      "button",
      {
        type: "button",
        class: "mlp-chip",
        "aria-pressed": "false",
        "data-preset": preset.name,
        onclick: () => onChoose(preset),
      },
      both(preset.label),
    ),
  );
  const group = h("div", { class: "mlp-preset-buttons", role: "group" }, buttons);
  scope.attribute(group, "aria-label", words.presets);
  const el = h(
    "div",
    { class: "mlp-presets" },
    h("span", { class: "mlp-presets-title", "aria-hidden": "true" }, both(words.presets)),
    group,
    note,
  );
  return {
    el,
    /**
     * Presses the button whose settings are the present ones.
     *
     * @param {Settings} values
     * @param {Preset | null} chosen
     */
    update(values, chosen) {
      const holds = (/** @type {Preset} */ preset) =>
        Object.entries(preset.values).every(([name, value]) => values[name] === value);
      const found = chosen && holds(chosen) ? chosen : null;
      presets.forEach((preset, i) =>
        buttons[i].setAttribute("aria-pressed", String(preset === found)),
      );
      note.replaceChildren(...(found ? both(found.note) : []));
      show(note, found !== null);
    },
  };
}
