// Opens the site's pages in Firefox and prints, as JSON, what is not right there.
// node firefox.mjs FIREFOX FOLDER-FOR-PICTURES ADDRESS…
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const [executablePath, pictures, ...addresses] = process.argv.slice(2);
const MINUTE = 60_000;

/** In the page: whether every lab and every quiz has come to life. */
function alive() {
  const labs = [...document.querySelectorAll(".mlp-lab[data-lab]")];
  const quizzes = [...document.querySelectorAll(".mlp-quiz[data-quiz]")];
  return labs.every((lab) => lab.classList.contains("mlp-live")) && quizzes.every((quiz) => quiz.querySelector("input, button"));
}

/** In the page: opens every fold and says what is missing of text, formulas and pictures. */
function look() {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (element) => element.getClientRects().length > 0;
  const faults = [];
  const check = (fine, what) => { if (!fine) faults.push(what); };
  check(seen(document.querySelector("h1")), "the title does not show");
  const formulas = all(".katex").filter(seen);
  check(formulas.every((one) => one.getBoundingClientRect().width > 2), "a formula has no width");
  check(!formulas.length || [...document.fonts].some((font) => /KaTeX/.test(font.family) && font.status === "loaded"), "no font for formulas was loaded");
  check(all("img").filter(seen).every((image) => image.loading === "lazy" || (image.complete && image.naturalWidth)), "a picture did not load");
  const children = { msub: 2, msup: 2, mfrac: 2, munder: 2, mover: 2, mroot: 2, msubsup: 3, munderover: 3 };
  for (const one of all(Object.keys(children).join())) {
    const tex = one.closest("semantics")?.querySelector("annotation")?.textContent ?? one.closest("math").dataset.tex;
    check(one.children.length === children[one.localName], `<${one.localName}> has ${one.children.length} children in ${tex}`);
  }
  check(document.documentElement.scrollWidth <= innerWidth, `the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);
  return { faults, formulas: formulas.length };
}

/** Presses each button of the language switch and says which did not do its work. */
async function switchLanguages(page) {
  const faults = [];
  for (const language of ["en", "zh", "both"]) {
    await page.click(`[data-set-language=${language}]`);
    const shows = await page.$eval("h1", (title) => ["zh-Hans", "en"].filter((lang) => {
      const part = title.querySelector(`[lang=${lang}]`);
      return part && part.getClientRects().length > 0;
    }).join());
    const wanted = { en: "en", zh: "zh-Hans", both: "zh-Hans,en" }[language];
    if (shows !== wanted) faults.push(`language ${language}: the title shows in "${shows}"`);
  }
  await page.click("[data-set-language=zh]");
  return faults;
}

/** Runs a lab that trains until its run is past its first tenth. */
async function train(page, lab) {
  const run = await lab.$("[data-action=run]");
  await run.click();
  await page.waitForFunction(
    (lab) => {
      const { phase } = lab.dataset;
      return ["done", "failed"].includes(phase) || (phase === "running" && lab.querySelector(".mlp-progress").value >= 0.1);
    },
    { timeout: 5 * MINUTE },
    lab,
  );
  await lab.evaluate((lab) => lab.dataset.phase === "running" && lab.querySelector("[data-action=run]").click());
}

/** Moves the first slider of a lab that computes at once there and back, or a list where there is no slider, and waits
 *  each time until the charts have changed. */
async function move(page, lab) {
  const control = (await lab.$(".mlp-range")) ?? (await lab.$(".mlp-select"));
  const atEnd = await control.evaluate((control) => control.max && control.value === control.max);
  for (const key of atEnd ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"]) {
    const before = await lab.$eval(".mlp-charts", (charts) => charts.innerHTML);
    await control.press(key);
    await page.waitForFunction(
      (lab, before) => !lab.querySelector(".mlp-alert").hidden || lab.querySelector(".mlp-charts").innerHTML !== before,
      { timeout: 2 * MINUTE },
      lab,
      before,
    );
  }
}

/** Uses every lab of a page as a reader would, takes a picture of each, and says how long each took and what it said. */
async function useLabs(page, name) {
  const used = [];
  for (const lab of await page.$$(".mlp-lab[data-lab]")) {
    const which = await lab.evaluate((lab) => lab.dataset.lab);
    await lab.scrollIntoView();
    const started = Date.now();
    const late = await ((await lab.$("[data-action=run]")) ? train : move)(page, lab).then(() => "", String);
    const seconds = (Date.now() - started) / 1000;
    const said = await lab.$eval(".mlp-alert", (alert) => (alert.hidden ? "" : alert.textContent));
    used.push({ lab: which, seconds, fault: said || late });
    await page.screenshot({ path: join(pictures, `firefox-${name}-${which}.png`) });
  }
  return used;
}

/** Opens a page, looks at it in every language, uses its labs, and says what it saw. */
async function visit(browser, address) {
  const page = await browser.newPage();
  const faults = [];
  page.on("console", (message) => { if (["error", "warn"].includes(message.type())) faults.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  // A lab reads a large file only as far as it needs, and hangs up: that is no failure.
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (!["NS_BINDING_ABORTED", "NS_BASE_STREAM_CLOSED"].includes(why)) faults.push(`not loaded: ${request.url()} ${why}`);
  });
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(address, { waitUntil: "load", timeout: 2 * MINUTE });
  await page.waitForFunction(alive, { timeout: MINUTE }).catch(() => faults.push("a lab or a quiz did not come to life"));
  faults.push(...(await switchLanguages(page)));
  const { faults: seen, formulas } = await page.evaluate(look);
  faults.push(...seen);
  const name = new URL(address).pathname.split("/").pop().replace(".html", "");
  await page.screenshot({ path: join(pictures, `firefox-${name}.png`) });
  const labs = await useLabs(page, name);
  await page.close();
  return { address, faults: [...new Set(faults)], formulas, labs };
}

const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const pages = [];
for (const address of addresses) pages.push(await visit(browser, address));
const version = await browser.version();
await browser.close();
console.log(JSON.stringify({ version, pages }));
