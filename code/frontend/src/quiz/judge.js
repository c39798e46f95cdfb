/** Whether an answer is right, and what to say to it. */

/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").Text} Text */
/** @typedef {import("./progress.js").Answer} Answer */
/** @typedef {{ right: boolean, texts: Text[] } | { error: Text }} Verdict */

const MISSING = {
  zh: "选中的都对，但还有漏选的。",
  en: "What you chose is right, but something is missing.",
};
const NOTHING = { zh: "先选一个答案。", en: "Choose an answer first." };

/**
 * @param {Question} question
 * @param {Answer} answer
 * @returns {Verdict}
 */
export function judge(question, answer) {
  return question.kind === "number"
    ? judgeNumber(question, String(answer))
    : judgeChoices(question, /** @type {number[]} */ (answer));
}

/**
 * @param {Question} question
 * @param {number[]} chosen
 * @returns {Verdict}
 */
function judgeChoices({ choices = [], feedback }, chosen) {
  if (chosen.length === 0) return { error: NOTHING };
  const mistakes = chosen.filter((i) => !choices[i]?.right);
  const missed = choices.some((choice, i) => choice.right && !chosen.includes(i));
  const right = mistakes.length === 0 && !missed;
  const about = (right ? chosen : mistakes)
    .map((i) => choices[i]?.feedback)
    .filter((text) => text !== undefined && text !== null);
  if (right) return { right, texts: [...about, ...(feedback ? [feedback] : [])] };
  return { right, texts: mistakes.length ? about : [MISSING] };
}

/**
 * @param {Question} question
 * @param {string} text
 * @returns {Verdict}
 */
function judgeNumber({ answer = 0, tolerance = 0, feedback }, text) {
  const value = readNumber(text);
  if (value === null) {
    const got = text.trim() || "…";
    return {
      error: {
        zh: `得到“${got}”；应为一个数，例如0.25、1/4或25%。`,
        en: `Got “${got}”; expected a number such as 0.25, 1/4 or 25%.`,
      },
    };
  }
  const right = Math.abs(value - answer) <= tolerance + 1e-12 * Math.abs(answer);
  return { right, texts: right && feedback ? [feedback] : [] };
}

/**
 * A number as people write it: 0.25, 1/4, 25%, 1e-3, 1,000.
 *
 * @param {string} text
 * @returns {number | null}
 */
export function readNumber(text) {
  const plain = text
    .trim()
    .replaceAll("，", ",")
    .replace(/(\d),(?=\d{3}\b)/g, "$1")
    .replace("−", "-");
  const match = /^([+-]?[\d.]+(?:e[+-]?\d+)?)(?:\s*\/\s*([\d.]+))?\s*(%|％)?$/i.exec(plain);
  if (!match) return null;
  const value = (Number(match[1]) / Number(match[2] ?? 1)) * (match[3] ? 0.01 : 1);
  return Number.isFinite(value) ? value : null;
}
