/** Texts in two languages as elements. */

import { h } from "./dom.js";

/** @typedef {import("../types.js").Text} Text */

/**
 * A text as a pair of spans; the style sheet shows the chosen one. A text that is the same in both
 * languages (a number, a name) stays one string.
 *
 * @param {Text} text
 * @returns {Node[]}
 */
export function both(text) {
  if (text.zh === text.en) return [document.createTextNode(text.en)];
  return [h("span", { lang: "zh-Hans" }, text.zh), h("span", { lang: "en" }, text.en)];
}

/**
 * The same for texts from the package that hold light HTML (code, formulas).
 *
 * @param {Text} text
 * @param {"span" | "div"} [tag]
 * @returns {HTMLElement[]}
 */
export function bothRich(text, tag = "span") {
  if (text.zh === text.en) {
    const only = h(tag);
    only.innerHTML = text.en;
    return [only];
  }
  const zh = h(tag, { lang: "zh-Hans" });
  const en = h(tag, { lang: "en" });
  zh.innerHTML = text.zh;
  en.innerHTML = text.en;
  return [zh, en];
}

/**
 * Joins texts, each language by itself.
 *
 * @param {Text[]} texts
 * @param {Text} [glue]
 * @returns {Text}
 */
export function join(texts, glue = { zh: "", en: " " }) {
  return {
    zh: texts.map((text) => text.zh).join(glue.zh),
    en: texts.map((text) => text.en).join(glue.en),
  };
}

/**
 * The same string in both languages.
 *
 * @param {string | number} value
 * @returns {Text}
 */
export function same(value) {
  return { zh: String(value), en: String(value) };
}
