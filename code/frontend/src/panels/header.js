/** The lab's name, what to see in it, and two small tools: the link and the language. */

import { h, show } from "../base/dom.js";
import { chooseLanguage, language, pageHasSwitch } from "../base/language.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";

/**
 * @param {import("../types.js").Spec} spec
 * @param {{ titleId: string, onLink: (() => void) | null }} options
 * @param {import("../base/scope.js").Scope} scope
 */
export function header(spec, { titleId, onLink }, scope) {
  const link =
    onLink &&
    h(
      "button",
      { type: "button", class: "mlp-text-button", "data-action": "link", onclick: onLink },
      both(words.link),
    );
  return h(
    "div",
    { class: "mlp-head" },
    h(
      "div",
      { class: "mlp-head-line" },
      h("p", { class: "mlp-title", id: titleId }, both(spec.title)),
      h("div", { class: "mlp-head-tools" }, languageSwitch(scope), link),
    ),
    h("p", { class: "mlp-summary" }, both(spec.summary)),
  );
}

/**
 * 中 / EN, for notebooks; a page of the book has its own.
 *
 * @param {import("../base/scope.js").Scope} scope
 */
export function languageSwitch(scope) {
  const choices = /** @type {const} */ ([
    ["zh", "中"],
    ["en", "EN"],
  ]);
  const buttons = choices.map(([name, label]) =>
    h(
      "button",
      {
        type: "button",
        class: "mlp-language",
        lang: name === "zh" ? "zh-Hans" : "en",
        onclick: () => chooseLanguage(name),
      },
      label,
    ),
  );
  const el = h("div", { class: "mlp-languages", role: "group" }, buttons);
  scope.attribute(el, "aria-label", words.language);
  const update = () => {
    show(el, !pageHasSwitch());
    choices.forEach(([name], i) =>
      buttons[i].setAttribute("aria-pressed", String(language() === name)),
    );
  };
  update();
  scope.onLanguage(update);
  return el;
}
