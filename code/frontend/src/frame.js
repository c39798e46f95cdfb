/**
 * What every kind of lab has around its charts: head, presets, controls, picture, words of trouble.
 */

import { h, show, uniqueId } from "./base/dom.js";
import { createScope } from "./base/scope.js";
import { both } from "./base/text.js";
import { words } from "./base/words.js";
import { controlPanel } from "./controls/panel.js";
import { alertBox } from "./panels/alert.js";
import { header } from "./panels/header.js";
import { presetBar } from "./panels/presets.js";
import { copyText, sourcePanel } from "./panels/source.js";
import { addressWriter, readAddress, withSettings } from "./run/address.js";
import { initialValues } from "./run/settings.js";

/** @typedef {import("./types.js").Spec} Spec */
/** @typedef {import("./types.js").Options} Options */
/** @typedef {import("./types.js").Settings} Settings */
/** @typedef {import("./types.js").Preset} Preset */
/** @typedef {import("./base/dom.js").Child} Child */

/** Parts that a lab in a small place does without. */
const BEYOND_COMPACT = ["summary", "runs", "source", "numbers", "csv"];

/**
 * @param {HTMLElement} root may hold the static picture of the default settings
 * @param {Spec} spec
 * @param {Options} options
 * @param {import("./types.js").Host<unknown>} host
 * @param {object} hooks
 * @param {() => void} hooks.onChange the settings have changed
 * @param {() => void} hooks.onPreset and this by a preset
 * @param {(text: import("./types.js").Text) => void} hooks.announce
 * @param {import("./types.js").Text} hooks.pictured what to say below the picture
 */
export function labFrame(root, spec, options, host, { onChange, onPreset, announce, pictured }) {
  const scope = createScope(root);
  const names = spec.controls.map((control) => control.name);
  const address = host.address ? readAddress(host.address.prefix, names) : { values: {}, hide: [] };
  const start = initialValues(spec.controls, options.values ?? {});
  const first = initialValues(spec.controls, options.values ?? {}, address.values);
  const hidden = new Set([...(options.hide ?? []), ...address.hide]);
  const writer = host.address ? addressWriter(host.address.prefix, start.values) : null;
  const titleId = uniqueId("lab");
  const alert = alertBox();

  /** @type {Settings} */
  let values = first.values;
  /** @type {Preset | null} */
  let chosen = null;

  const panel = controlPanel(
    {
      controls: spec.controls.filter((control) => !hidden.has(control.name)),
      values,
      onChange: (name, value) => change({ [name]: value }),
      onDefaults: () => adopt(start.values),
    },
    scope,
  );
  const presets = presetBar(spec.presets ?? [], usePreset, scope);
  const figure = /** @type {HTMLElement | null} */ (host.picture ?? root.querySelector("figure"));
  const note = figure && h("p", { class: "mlp-chart-note mlp-pictured" }, both(pictured));
  const visible = (/** @type {string} */ part) =>
    !hidden.has(part) && !(options.compact && BEYOND_COMPACT.includes(part));

  /** @param {Settings} changes made in a control */
  function change(changes) {
    values = { ...values, ...changes };
    writer?.write(values, address.hide);
    onChange();
  }

  /** @param {Settings} next values from elsewhere: a preset, an earlier run, the defaults */
  function adopt(next) {
    values = {
      ...values,
      ...Object.fromEntries(Object.entries(next).filter(([name]) => names.includes(name))),
    };
    panel.set(values);
    change({});
  }

  /** @param {Preset} preset */
  function usePreset(preset) {
    chosen = preset;
    adopt({ ...start.values, ...preset.values });
    onPreset();
  }

  async function copyLink() {
    if (!host.address) return;
    const link = withSettings(host.address.prefix, values, address.hide);
    announce((await copyText(link)) ? words.linkDone : words.linkFailed);
  }

  return {
    scope,
    names,
    alert,
    panel,
    adopt,
    visible,
    settings: () => ({ ...values }),
    refreshPresets: () => presets.update(values, chosen),

    /** @param {boolean} shown the picture of the default settings */
    showPicture(shown) {
      for (const part of [figure, note]) if (part) show(part, shown);
    },

    /**
     * Puts the parts into the page.
     *
     * @param {{ bar: Child, charts: Child, below?: Child, foot: Child[] }} parts
     */
    mount({ bar, charts, below = null, foot }) {
      root.classList.add("mlp-lab", "mlp-live");
      root.setAttribute("role", "group");
      root.setAttribute("aria-labelledby", titleId);
      root.dataset.lmSuppressShortcuts = "true";
      const source = spec.source && visible("source") ? sourcePanel(spec.source, scope) : null;
      const [before, after] = [foot.slice(0, 1), foot.slice(1)];
      const body = h(
        "div",
        { class: "mlp-frame" },
        header(spec, { titleId, onLink: host.address ? () => void copyLink() : null }, scope),
        spec.presets?.length && visible("presets") ? presets.el : null,
        bar,
        h(
          "div",
          { class: "mlp-body" },
          panel.el,
          h("div", { class: "mlp-stage" }, alert.el, note, figure, charts),
        ),
        below,
        h("div", { class: "mlp-foot" }, before, source, after),
      );
      if (!visible("summary")) body.querySelector(".mlp-summary")?.remove();
      root.append(body);
      if (first.errors.length) alert.showNotes(first.errors);
    },

    destroy() {
      writer?.stop();
      scope.destroy();
      if (figure) {
        show(figure, true);
        root.append(figure);
      }
      root.querySelector(":scope > .mlp-frame")?.remove();
      root.classList.remove("mlp-live");
    },
  };
}
