/** What went wrong, in words, and what can be done about it. */

import { h, show } from "../base/dom.js";
import { both } from "../base/text.js";
import { codeOf } from "../run/trainer.js";

/** @typedef {import("../types.js").Text} Text */

/**
 * What happened, in a line; the engine's own message says the rest.
 *
 * @type {Record<string, Text>}
 */
const TITLES = {
  "no-wasm": { zh: "这个浏览器不能运行WebAssembly", en: "This browser can't run WebAssembly" },
  "blocked-file": { zh: "有一个文件取不到", en: "A file could not be loaded" },
  "bad-file": { zh: "有一个文件不对", en: "A file is not what it should be" },
  "dead-kernel": { zh: "内核没有回应", en: "The kernel does not answer" },
  "not-a-number": { zh: "训练发散了", en: "The training has diverged" },
  "python-error": { zh: "Python函数出错了", en: "The Python function raised an error" },
  "bad-setting": { zh: "有一个设置不能用", en: "A setting can't be used" },
};

const UNKNOWN = { zh: "出了意料之外的错", en: "Something unexpected went wrong" };

export function alertBox() {
  const el = h("div", { class: "mlp-alert", role: "alert", hidden: true });
  return {
    el,
    /** @param {unknown} error */
    showError(error) {
      const title = TITLES[codeOf(error)] ?? UNKNOWN;
      el.dataset.code = codeOf(error) || "unknown";
      el.replaceChildren(
        h("p", { class: "mlp-alert-title" }, both(title)),
        h("p", { class: "mlp-alert-detail" }, both(messageOf(error))),
      );
      show(el, true);
    },
    /** @param {Text[]} texts */
    showNotes(texts) {
      el.dataset.code = "bad-setting";
      el.replaceChildren(...texts.map((text) => h("p", { class: "mlp-alert-detail" }, both(text))));
      show(el, true);
    },
    clear() {
      delete el.dataset.code;
      el.replaceChildren();
      show(el, false);
    },
  };
}

/** @param {unknown} error @returns {Text} */
function messageOf(error) {
  const message = /** @type {{ message?: unknown }} */ (error)?.message ?? error;
  if (message && typeof message === "object" && "zh" in message && "en" in message)
    return /** @type {Text} */ (message);
  return { zh: String(message), en: String(message) };
}
