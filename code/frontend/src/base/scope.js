/** What one lab or quiz holds open, so that all of it closes together. */

import { language, onLanguage, say } from "./language.js";
import { onTheme } from "./theme.js";

/** @typedef {import("../types.js").Text} Text */

/**
 * @typedef {object} Scope
 * @property {HTMLElement} root the lab's or quiz's own element
 * @property {(cleanup: () => void) => void} add runs at the end
 * @property {(callback: () => void) => void} onLanguage
 * @property {(callback: () => void) => void} onTheme
 * @property {(el: Element, attribute: string, text: Text) => void} attribute an attribute in the
 *   chosen language
 * @property {() => void} destroy
 */

/**
 * @param {HTMLElement} root
 * @returns {Scope}
 */
export function createScope(root) {
  /** @type {(() => void)[]} */
  const cleanups = [];
  /** @type {(() => void)[]} */
  const onSpeech = [];
  /** @type {WeakMap<Element, Map<string, Text>>} */
  const attributes = new WeakMap();

  const follow = () => {
    root.dataset.language = language();
    for (const callback of onSpeech) callback();
  };
  cleanups.push(onLanguage(follow));
  root.dataset.language = language();

  return {
    root,
    add: (cleanup) => void cleanups.push(cleanup),
    onLanguage: (callback) => void onSpeech.push(callback),
    onTheme: (callback) => void cleanups.push(onTheme(callback)),
    attribute(el, name, text) {
      const known = attributes.get(el) ?? new Map();
      if (!known.has(name)) onSpeech.push(() => el.setAttribute(name, say(known.get(name))));
      known.set(name, text);
      attributes.set(el, known);
      el.setAttribute(name, say(text));
    },
    destroy() {
      for (const cleanup of cleanups.splice(0).reverse()) cleanup();
      onSpeech.length = 0;
    },
  };
}
