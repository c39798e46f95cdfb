import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { judge, readNumber } from "../src/quiz/judge.js";
import { renderQuiz } from "../src/quiz/quiz.js";
import { freshPage, matchesSnapshot, one, press } from "./dom.js";
import { quiz } from "./fake/specs.js";

/** @type {HTMLElement} */
let body;
beforeEach(() => {
  body = freshPage();
  localStorage.clear();
});

function open() {
  const el = document.createElement("div");
  el.className = "mlp-quiz";
  el.innerHTML = "<p>static form</p>";
  body.append(el);
  const close = renderQuiz(el, quiz);
  const question = (/** @type {string} */ id) => one(el, `[data-question=${id}]`);
  const choose = (/** @type {string} */ id, /** @type {number[]} */ ...places) => {
    const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (
      question(id).querySelectorAll("input")
    );
    inputs.forEach((input, i) => {
      input.checked = places.includes(i);
      input.dispatchEvent(new Event("change"));
    });
  };
  const check = (/** @type {string} */ id) => one(question(id), "button").click();
  const said = (/** @type {string} */ id) =>
    [...question(id).querySelectorAll(".mlp-feedback-text [lang=en]")].map(
      (part) => part.textContent,
    );
  return { el, close, question, choose, check, said };
}

test("the HTML of a quiz", () => matchesSnapshot("quiz", open().el));

test("each question is a field set with its prompt as legend", () => {
  const { el } = open();
  assert.equal(el.querySelectorAll("fieldset > legend").length, 3);
});

test("a wrong choice hears its own reason, the right one too", () => {
  const { choose, check, said, question } = open();
  choose("one", 1);
  check("one");
  assert.deepEqual(said("one"), ["Not yet. Think again.", "That is the identity."]);
  assert.ok(question("one").classList.contains("is-wrong"));
  choose("one", 0);
  check("one");
  assert.deepEqual(said("one"), ["Right.", "Negative numbers become 0."]);
  assert.ok(question("one").classList.contains("is-right"));
});

test("checking before choosing asks for a choice and counts for nothing", () => {
  const { check, said, el } = open();
  check("one");
  assert.deepEqual(said("one"), ["Choose an answer first."]);
  assert.match(one(el, ".mlp-score-line").textContent ?? "", /3 questions/);
});

test("with several right answers, what is missing is said without naming it", () => {
  const { choose, check, said } = open();
  choose("several", 0);
  check("several");
  assert.deepEqual(said("several"), [
    "Not yet. Think again.",
    "What you chose is right, but something is missing.",
  ]);
  choose("several", 0, 1, 2);
  check("several");
  assert.deepEqual(said("several"), ["Not yet. Think again.", "That is a loss."]);
  choose("several", 0, 1);
  check("several");
  assert.equal(said("several")[0], "Right.");
});

test("a number may be written in several ways; Enter checks it", () => {
  const { question, said } = open();
  const input = /** @type {HTMLInputElement} */ (one(question("number"), "input"));
  input.value = "2.303";
  press(input, "Enter");
  assert.deepEqual(said("number"), ["Right.", "The loss of a guess."]);
  input.value = "two";
  press(input, "Enter");
  assert.deepEqual(said("number"), ["Got “two”; expected a number such as 0.25, 1/4 or 25%."]);
});

test("an answer that is only a formula is named by its TeX", () => {
  const math = '<math data-tex="\\ln 2"><mi>ln</mi><mn>2</mn></math>';
  const choices = [
    { text: { zh: math, en: math }, right: true },
    { text: { zh: `约${math}`, en: `about ${math}` } },
  ];
  const el = document.createElement("div");
  renderQuiz(el, {
    id: "math",
    title: quiz.title,
    questions: [{ id: "m", kind: "choice", prompt: quiz.title, choices }],
  });
  const names = [...el.querySelectorAll("input")].map((input) => input.getAttribute("aria-label"));
  assert.deepEqual(names, ["\\ln 2", null]);
});

for (const [text, value] of /** @type {[string, number | null][]} */ ([
  ["0.25", 0.25],
  ["1/4", 0.25],
  ["25%", 0.25],
  ["25％", 0.25],
  ["1e-3", 0.001],
  ["1,000", 1000],
  ["−2", -2],
  [" 3 ", 3],
  ["", null],
  ["x", null],
  ["1/0", null],
  ["1..2", null],
  ["1/2/3", null],
])) {
  test(`"${text}" is read as ${value}`, () => assert.equal(readNumber(text), value));
}

test("the tolerance is inclusive, and no more", () => {
  const question = quiz.questions[2];
  assert.deepEqual(judge(question, "2.305"), { right: true, texts: [question.feedback] });
  assert.deepEqual(judge(question, "2.306"), { right: false, texts: [] });
});

test("progress is kept, told in the score, and can be cleared", () => {
  const first = open();
  first.choose("one", 1);
  first.check("one");
  first.choose("one", 0);
  first.check("one");
  first.choose("several", 0, 1);
  first.check("several");
  assert.match(
    one(first.el, ".mlp-score-line").textContent ?? "",
    /2 of 3 right, 1 at the first try/,
  );
  first.close();
  const again = open();
  assert.match(
    one(again.el, ".mlp-score-line").textContent ?? "",
    /2 of 3 right, 1 at the first try/,
  );
  assert.equal(/** @type {HTMLInputElement} */ (one(again.question("one"), "input")).checked, true);
  assert.equal(again.said("one")[0], "Right.");
  one(again.el, ".mlp-head-tools > button").click();
  assert.match(one(again.el, ".mlp-score-line").textContent ?? "", /3 questions/);
  assert.equal(localStorage.getItem("mlpbook.quiz.small"), null);
});

test("a blocked or broken storage does no harm", () => {
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  const { choose, check, said } = open();
  choose("one", 0);
  check("one");
  assert.equal(said("one")[0], "Right.");
});

test("a stored state of another shape is left aside", () => {
  localStorage.setItem("mlpbook.quiz.small", "[1,");
  assert.match(one(open().el, ".mlp-score-line").textContent ?? "", /3 questions/);
});

test("the static form comes back when the quiz is closed", () => {
  const { el, close } = open();
  const plain = one(el, "p");
  assert.equal(plain.hidden, true);
  close();
  assert.equal(plain.hidden, false);
  assert.equal(el.querySelector("fieldset"), null);
});
