/** One question: a field set with its answers, a button, and what is said to the answer. */

import { h, show, uniqueId } from "../base/dom.js";
import { both, bothRich } from "../base/text.js";
import { judge } from "./judge.js";

/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("./progress.js").Answer} Answer */
/** @typedef {import("./progress.js").Answered} Answered */

const text = {
  check: { zh: "检查", en: "Check" },
  right: { zh: "对了。", en: "Right." },
  wrong: { zh: "不对，再想想。", en: "Not yet. Think again." },
  several: { zh: "可选多个", en: "more than one may be right" },
  number: { zh: "你的答案", en: "Your answer" },
};

/**
 * @param {Question} question
 * @param {number} place counted from 1
 * @param {Answered | undefined} before
 * @param {(answered: Answered) => void} onAnswer
 */
export function questionView(question, place, before, onAnswer) {
  const feedbackId = uniqueId("feedback");
  const answers = question.kind === "number" ? numberAnswer(feedbackId) : choiceAnswers(question);
  const feedback = h("div", {
    class: "mlp-feedback",
    id: feedbackId,
    role: "status",
    "aria-live": "polite",
    hidden: true,
  });
  let tries = before?.tries ?? 0;

  const el = h(
    "fieldset",
    { class: "mlp-question", "data-question": question.id, "aria-describedby": feedbackId },
    h(
      "legend",
      { class: "mlp-prompt" },
      h("span", { class: "mlp-question-number" }, place),
      h("span", { class: "mlp-prompt-text" }, bothRich(question.prompt)),
    ),
    question.kind === "multi" ? h("p", { class: "mlp-chart-note" }, both(text.several)) : null,
    answers.el,
    h(
      "div",
      { class: "mlp-question-foot" },
      h(
        "button",
        { type: "button", class: "mlp-button", onclick: () => check(true) },
        both(text.check),
      ),
      feedback,
    ),
  );
  answers.onEnter(() => check(true));
  answers.onChange(() => {
    el.classList.remove("is-right", "is-wrong");
    show(feedback, false);
    answers.mark(null);
  });

  /** @param {boolean} counts as a try of the reader */
  function check(counts) {
    const answer = answers.get();
    const verdict = judge(question, answer);
    if ("error" in verdict) return say("is-error", "!", [verdict.error]);
    if (counts) {
      tries += 1;
      onAnswer({ answer, right: verdict.right, tries });
    }
    answers.mark(question);
    const head = verdict.right ? text.right : text.wrong;
    say(verdict.right ? "is-right" : "is-wrong", verdict.right ? "✓" : "✗", [
      head,
      ...verdict.texts,
    ]);
  }

  /**
   * @param {string} state
   * @param {string} sign
   * @param {import("../types.js").Text[]} texts
   */
  function say(state, sign, texts) {
    el.classList.remove("is-right", "is-wrong", "is-error");
    el.classList.add(state);
    feedback.replaceChildren(
      h("span", { class: "mlp-feedback-sign", "aria-hidden": "true" }, sign),
      h(
        "div",
        {},
        texts.map((one) => h("div", { class: "mlp-feedback-text" }, bothRich(one))),
      ),
    );
    show(feedback, true);
  }

  if (before) {
    answers.set(before.answer);
    check(false);
  }
  return { el };
}

/** @param {Question} question */
function choiceAnswers({ kind, choices = [] }) {
  const name = uniqueId("answer");
  const inputs = choices.map((_, i) =>
    h("input", { type: kind === "multi" ? "checkbox" : "radio", name, value: i }),
  );
  const rows = inputs.map((input, i) =>
    h(
      "label",
      { class: "mlp-choice" },
      input,
      h("span", { class: "mlp-choice-text" }, bothRich(choices[i].text)),
    ),
  );
  rows.forEach((row, i) => nameFormula(row, inputs[i]));
  const get = () => inputs.flatMap((input, i) => (input.checked ? [i] : []));
  return {
    el: h("div", { class: "mlp-choices" }, rows),
    get,
    /** @param {Answer} answer */
    set: (answer) =>
      inputs.forEach((input, i) => (input.checked = Array.isArray(answer) && answer.includes(i))),
    /** @param {Question | null} judged */
    mark(judged) {
      rows.forEach((row, i) => {
        const chosen = judged !== null && inputs[i].checked;
        row.classList.toggle("is-right", chosen && Boolean(choices[i].right));
        row.classList.toggle("is-wrong", chosen && !choices[i].right);
      });
    },
    /** @param {() => void} callback */
    onChange: (callback) => inputs.forEach((input) => input.addEventListener("change", callback)),
    /** @param {() => void} callback */
    onEnter: (callback) =>
      inputs.forEach((input) => input.addEventListener("keydown", onEnterKey(callback))),
  };
}

/**
 * An answer that is a formula and nothing else gets its TeX as a name: not every reader of screens
 * speaks MathML.
 *
 * @param {HTMLElement} row
 * @param {HTMLInputElement} input
 */
function nameFormula(row, input) {
  const words = /** @type {HTMLElement} */ (row.cloneNode(true));
  for (const formula of words.querySelectorAll("math, [aria-hidden=true]")) formula.remove();
  if (words.textContent?.trim()) return;
  const tex =
    row.querySelector("math[data-tex]")?.getAttribute("data-tex") ??
    row.querySelector('annotation[encoding="application/x-tex"]')?.textContent;
  if (tex) input.setAttribute("aria-label", tex);
}

/** @param {string} feedbackId */
function numberAnswer(feedbackId) {
  const inputId = uniqueId("answer");
  const input = h("input", {
    type: "text",
    inputmode: "text",
    id: inputId,
    class: "mlp-number mlp-number-answer",
    autocomplete: "off",
    "aria-describedby": feedbackId,
  });
  return {
    el: h(
      "div",
      { class: "mlp-choices" },
      h("label", { for: inputId, class: "mlp-answer-label" }, both(text.number)),
      input,
    ),
    get: () => input.value,
    /** @param {Answer} answer */
    set: (answer) => {
      input.value = String(answer);
    },
    mark: (/** @type {Question | null} */ _judged) => {},
    /** @param {() => void} callback */
    onChange: (callback) => input.addEventListener("input", callback),
    /** @param {() => void} callback */
    onEnter: (callback) => input.addEventListener("keydown", onEnterKey(callback)),
  };
}

/** @param {() => void} callback */
function onEnterKey(callback) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    callback();
  };
}
