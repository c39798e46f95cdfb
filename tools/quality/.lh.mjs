import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";
const [address, form] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", headless: true, args: ["--no-sandbox","--disable-gpu"] });
const page = await browser.newPage();
const { lhr } = await lighthouse(address, { logLevel: "error", onlyCategories: ["performance"] }, form === "desktop" ? desktopConfig : undefined, page);
console.log(lhr.categories.performance.score, ["first-contentful-paint","largest-contentful-paint","total-blocking-time","cumulative-layout-shift","speed-index"].map(i=>i+": "+lhr.audits[i].displayValue).join("; "));
for (const i of ["mainthread-work-breakdown","long-tasks","bootup-time","layout-shifts","dom-size-insight","cls-culprits-insight","forced-reflow-insight"]) { const a=lhr.audits[i]; if(!a) continue; console.log(i, a.displayValue ?? ""); for (const it of (a.details?.items ?? []).slice(0,10)) console.log("   ", JSON.stringify(it).slice(0,400)); }
await browser.close();
