/** What a reader has answered, kept in this browser and nowhere else. */

import { recall, remember } from "../base/storage.js";

/** @typedef {number[] | string} Answer places of the chosen answers, or the text of a number */
/** @typedef {{ answer: Answer, right: boolean, tries: number }} Answered */
/** @typedef {Record<string, Answered>} Progress by question */

/** @param {string} quiz */
const keyOf = (quiz) => `mlpbook.quiz.${quiz}`;

/**
 * @param {string} quiz
 * @returns {Progress}
 */
export function loadProgress(quiz) {
  try {
    const found = JSON.parse(recall(keyOf(quiz)) ?? "{}");
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

/**
 * @param {string} quiz
 * @param {Progress} progress
 */
export function saveProgress(quiz, progress) {
  remember(keyOf(quiz), Object.keys(progress).length ? JSON.stringify(progress) : null);
}
