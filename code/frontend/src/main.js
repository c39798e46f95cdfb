/** The entry for notebooks: anywidget calls `render` for every view of a widget. */

import { createKernelEngine } from "./engine/kernel.js";
import { renderAnyLab } from "./labs.js";
import { renderQuiz } from "./quiz/quiz.js";

/** @typedef {import("./types.js").Model} Model */

/**
 * @param {{ model: Model, el: HTMLElement }} view
 * @returns {() => void} cleanup
 */
function render({ model, el }) {
  const spec = model.get("spec");
  const options = model.get("options") ?? {};
  switch (model.get("kind")) {
    case "lab":
      return renderAnyLab(el, spec, options, {
        createEngine: () => createKernelEngine(model),
        address: null,
        picture: pictureOf(model),
      });
    case "quiz":
      return renderQuiz(el, spec);
    default:
      throw new TypeError(
        `kind: got ${JSON.stringify(model.get("kind"))}, expected "lab" or "quiz"`,
      );
  }
}

/**
 * The picture of the default run, where the kernel sends it along.
 *
 * @param {Model} model
 */
function pictureOf(model) {
  const html = model.get("picture");
  if (typeof html !== "string" || !html) return null;
  const holder = document.createElement("div");
  holder.innerHTML = html;
  return holder.querySelector("figure");
}

export default { render };
