// Opens the site's pages in Firefox and prints, as JSON, what is not right there.
// node firefox.mjs FIREFOX FOLDER-FOR-PICTURES ADDRESS…
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const [executablePath, pictures, ...addresses] = process.argv.slice(2);
const MINUTE = 60_000;

/** In the page: whether every lab has its controls. */
function alive() {
  return [...document.querySelectorAll(".mlp-lab[data-lab]")].every((lab) => lab.querySelector("[data-action=run]"));
}

/** In the page: opens every fold and says what is missing of text, formulas, pictures, labs and quizzes. */
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
  check(all(".mlp-quiz[data-quiz]").every((quiz) => quiz.querySelector("input, button")), "a quiz did not come to life");
  const children = { msub: 2, msup: 2, mfrac: 2, munder: 2, mover: 2, mroot: 2, msubsup: 3, munderover: 3 };
  for (const one of all(Object.keys(children).join())) {
    const tex = one.closest("semantics")?.querySelector("annotation")?.textContent ?? one.closest("math").dataset.tex;
    check(one.children.length === children[one.localName], `<${one.localName}> has ${one.children.length} children in ${tex}`);
  }
  check(document.documentElement.scrollWidth <= innerWidth, `the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);
  return { faults, formulas: formulas.length, labs: all(".mlp-lab[data-lab]").length };
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

/** Runs the page's first lab until its run is past its first tenth, and says what it showed. */
async function train(page, picture) {
  const first = await page.$(".mlp-lab[data-lab]");
  await first.scrollIntoView();
  const started = Date.now();
  await (await first.$("[data-action=run]")).click();
  await page.waitForFunction(
    () => {
      const { phase } = document.querySelector(".mlp-lab[data-lab]").dataset;
      return ["done", "failed"].includes(phase) || (phase === "running" && document.querySelector(".mlp-progress").value >= 0.1);
    },
    { timeout: 5 * MINUTE },
  );
  const fault = await first.$eval(".mlp-alert", (alert) => (alert.hidden ? "" : alert.textContent));
  const seconds = (Date.now() - started) / 1000;
  if (!fault) await (await first.$("[data-action=run]")).click();
  await page.screenshot({ path: picture });
  return { fault, seconds };
}

/** Opens a page, looks at it in every language, trains its first lab, and says what it saw. */
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
  await page.waitForFunction(alive, { timeout: MINUTE }).catch(() => faults.push("a lab did not come to life"));
  faults.push(...(await switchLanguages(page)));
  const { labs, formulas, ...seen } = await page.evaluate(look);
  faults.push(...seen.faults);
  const name = new URL(address).pathname.split("/").pop().replace(".html", "");
  await page.screenshot({ path: join(pictures, `firefox-${name}.png`) });
  const trained = labs ? await train(page, join(pictures, `firefox-${name}-lab.png`)) : null;
  await page.close();
  return { address, faults: [...new Set(faults)], formulas, labs, trained };
}

const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const pages = [];
for (const address of addresses) pages.push(await visit(browser, address));
const version = await browser.version();
await browser.close();
console.log(JSON.stringify({ version, pages }));
