/** "Show the code": the very functions that the lab runs, folded. */

import { h } from "../base/dom.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";
import { highlight } from "./highlight.js";

/**
 * @param {Record<string, string>} source by the functions' names
 * @param {import("../base/scope.js").Scope} scope
 */
export function sourcePanel(source, scope) {
  const text = Object.values(source)
    .map((part) => part.trim())
    .filter(Boolean)
    .join("\n\n\n");
  const copy = h(
    "button",
    {
      type: "button",
      class: "mlp-text-button",
      onclick: async () => {
        const done = await copyText(text);
        copy.replaceChildren(...both(done ? words.copied : words.linkFailed));
        setTimeout(() => copy.replaceChildren(...both(words.copy)), 2000);
      },
    },
    both(words.copy),
  );
  const pre = h(
    "pre",
    { class: "mlp-source", tabindex: 0, role: "group" },
    h("code", { class: "mlp-code" }, highlight(text)),
  );
  scope.attribute(pre, "aria-label", words.source);
  return h(
    "details",
    { class: "mlp-fold mlp-fold-source" },
    h("summary", {}, both(words.source)),
    h(
      "div",
      { class: "mlp-fold-head" },
      h("p", { class: "mlp-chart-note" }, both(words.sourceHelp)),
      copy,
    ),
    pre,
  );
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether the clipboard took it
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
