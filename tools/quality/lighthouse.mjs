// Runs Lighthouse some times on a page and prints, as JSON, the scores of each run and its faults.
// node lighthouse.mjs ADDRESS BROWSER mobile|desktop RUNS [BROWSER'S FLAGS …]
import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const [address, executablePath, form, runs, ...args] = process.argv.slice(2);
const config = form === "desktop" ? desktopConfig : undefined;
const METRICS = {
  "first-contentful-paint": "FCP",
  "largest-contentful-paint": "LCP",
  "total-blocking-time": "TBT",
  "cumulative-layout-shift": "CLS",
  "speed-index": "SI",
};

/** What an audit that counts found wrong: its name, and the first places. */
function fault(name, { id, score, title, details }) {
  const items = (details?.items ?? []).slice(0, 5).map(({ node, ...rest }) => node?.selector ?? rest);
  return { category: name, id, score, title, items };
}

/** One run in a fresh browser: scores from 0 to 100, the metrics as Lighthouse writes them, the faults. */
async function measure() {
  const browser = await puppeteer.launch({ executablePath, headless: true, args });
  try {
    const page = await browser.newPage();
    const { lhr } = await lighthouse(address, { logLevel: "error" }, config, page);
    const categories = Object.entries(lhr.categories).filter(([, { score }]) => score !== null);
    const counting = categories.flatMap(([name, { auditRefs }]) =>
      auditRefs.filter(({ weight }) => weight).map(({ id }) => [name, lhr.audits[id]]));
    return {
      scores: Object.fromEntries(categories.map(([name, { score }]) => [name, Math.round(score * 100)])),
      metrics: Object.fromEntries(Object.entries(METRICS).map(([id, short]) => [short, lhr.audits[id].displayValue])),
      faults: counting.filter(([, { score }]) => score !== null && score < 0.9).map(([name, audit]) => fault(name, audit)),
      warnings: lhr.runWarnings,
    };
  } finally {
    await browser.close();
  }
}

const results = [];
for (let run = 0; run < Number(runs); run += 1) results.push(await measure());
console.log(JSON.stringify(results));
