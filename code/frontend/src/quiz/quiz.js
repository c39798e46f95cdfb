/**
 * A quiz: questions answered in the page, without a kernel; progress stays in the reader's browser.
 */

import { h, show, uniqueId } from "../base/dom.js";
import { createScope } from "../base/scope.js";
import { both } from "../base/text.js";
import { languageSwitch } from "../panels/header.js";
import { loadProgress, saveProgress } from "./progress.js";
import { questionView } from "./question.js";

/** @typedef {import("../types.js").QuizSpec} QuizSpec */

const text = {
  score: (/** @type {number} */ right, /** @type {number} */ all, /** @type {number} */ first) => ({
    zh: right ? `${all}题答对${right}题，其中一次答对${first}题` : `共${all}题`,
    en: right ? `${right} of ${all} right, ${first} at the first try` : `${all} questions`,
  }),
  restart: { zh: "重做", en: "Start over" },
  restarted: { zh: "答案已清空。", en: "All answers are cleared." },
  kept: { zh: "答案只保存在这个浏览器里。", en: "Your answers stay in this browser." },
};

/**
 * Draws a quiz into an element; its static form, if any, is hidden meanwhile.
 *
 * @param {HTMLElement} root
 * @param {QuizSpec} quiz
 * @returns {() => void} takes it away again and shows the static form
 */
export function renderQuiz(root, quiz) {
  const scope = createScope(root);
  const before = [...root.children].filter((child) => child instanceof HTMLElement);
  const wasHidden = before.map((child) => child.hidden);
  for (const child of before) child.hidden = true;

  let progress = loadProgress(quiz.id);
  const titleId = uniqueId("quiz");
  const score = h("p", { class: "mlp-score-line", role: "status", "aria-live": "polite" });
  const bar = h("div", { class: "mlp-score-bar", "aria-hidden": "true" });
  const restart = h(
    "button",
    { type: "button", class: "mlp-text-button", onclick: startOver },
    both(text.restart),
  );
  const list = h("div", { class: "mlp-questions" });
  const frame = h(
    "div",
    { class: "mlp-frame" },
    h(
      "div",
      { class: "mlp-head-line" },
      h("p", { class: "mlp-title", id: titleId }, both(quiz.title)),
      h("div", { class: "mlp-head-tools" }, languageSwitch(scope), restart),
    ),
    h("div", { class: "mlp-score-row" }, bar, score),
    list,
    h("p", { class: "mlp-chart-note" }, both(text.kept)),
  );
  root.classList.add("mlp-quiz", "mlp-live");
  root.setAttribute("role", "group");
  root.setAttribute("aria-labelledby", titleId);
  root.dataset.lmSuppressShortcuts = "true";
  root.append(frame);
  draw();

  function draw() {
    list.replaceChildren(
      ...quiz.questions.map(
        (question, i) =>
          questionView(question, i + 1, progress[question.id], (answered) => {
            progress = { ...progress, [question.id]: answered };
            saveProgress(quiz.id, progress);
            count();
          }).el,
      ),
    );
    count();
  }

  function count() {
    const answered = quiz.questions.map((question) => progress[question.id]);
    const right = answered.filter((one) => one?.right);
    const first = right.filter((one) => one.tries === 1);
    score.replaceChildren(...both(text.score(right.length, quiz.questions.length, first.length)));
    bar.replaceChildren(
      ...answered.map((one) =>
        h("span", { class: one ? (one.right ? "is-right" : "is-wrong") : null }),
      ),
    );
    show(restart, Object.keys(progress).length > 0);
  }

  function startOver() {
    progress = {};
    saveProgress(quiz.id, progress);
    draw();
    score.append(" ", ...both(text.restarted));
    list.querySelector("input")?.focus();
  }

  return () => {
    scope.destroy();
    frame.remove();
    before.forEach((child, i) => {
      child.hidden = wasHidden[i];
    });
    root.classList.remove("mlp-live");
  };
}
