// Language: the switch, and the place that a reader keeps when the language changes.
const DRAWN_AROUND = 200; // pixels above and below the screen; browsers draw some 150
const READABLE = 60; // pixels of a block that a reader can still be looking at
const fullTitle = document.title;

/** "中文 · English | 书名 · Book" in one language. */
function titleIn(language) {
  if (language === "both") return fullTitle;
  return fullTitle.split(" | ").map((part) => {
    const [zh, en] = part.split(" · ");
    return en === undefined ? part : language === "zh" ? zh : en;
  }).join(" | ");
}

/** The block by which to keep the reader's place: the first on the screen that stands there in every language, else
 *  the first text that begins on it, else the text that fills it; `share` is how much of it has gone by. */
function place() {
  const top = one(".bar").offsetHeight + 1;
  let gone = null; // within a block that has gone by nothing is asked: it would be laid out for the answer
  let text = null;
  for (const element of all("main :is(h1, h2, h3, h4, div[lang], .cell, .math-block, .block-title, tr, dt)")) {
    if (gone?.contains(element) || !element.checkVisibility()) continue;
    const box = element.getBoundingClientRect();
    if (box.bottom <= top) {
      gone = element;
      continue;
    }
    if (box.top > innerHeight * 0.6) break;
    const begins = box.top >= top;
    const found = { element, share: begins ? 0 : (top - box.top) / box.height, offset: begins ? box.top : top };
    if (!element.lang && box.bottom > top + READABLE) return found;
    if (begins ? !text || text.share : !text) text = found;
  }
  return text;
}

/** The twin of a block in the other language, for a block that has just been hidden. */
function shown(element) {
  if (element.checkVisibility()) return element;
  const twin = [element.nextElementSibling, element.previousElementSibling]
    .find((other) => other?.lang && other.lang !== element.lang && other.checkVisibility());
  return twin ?? element.closest("section") ?? element;
}

/** Lays out the blocks on the screen and a little around it at once. A block away from the screen has an estimated
 *  height (30-text.css), and so has one that has just been shown, until the next frame. */
function drawNear() {
  const near = [];
  for (const block of all("main section > *")) {
    const box = block.getBoundingClientRect();
    if (box.bottom < -DRAWN_AROUND || !box.height) continue;
    if (box.top > innerHeight + DRAWN_AROUND) break;
    block.style.contentVisibility = "visible";
    near.push(block);
  }
  return near;
}

/** Brings a block back to where it stood before its surroundings changed. */
function restore({ element, share, offset }) {
  const drawn = new Set();
  for (let round = 0; round < 3; round += 1) { // what is drawn above the block moves it again
    const box = shown(element).getBoundingClientRect();
    window.scrollBy({ top: box.top + share * box.height - offset, behavior: "instant" });
    for (const block of drawNear()) drawn.add(block);
  }
  requestAnimationFrame(() => requestAnimationFrame(() => {
    for (const block of drawn) block.style.contentVisibility = "";
  }));
}

function setLanguage(language, first = false) {
  // The first time nothing has been read yet, and asking for a position would lay the page out.
  const before = !first && window.scrollY > 0 ? place() : null;
  root.style.overflowAnchor = "none"; // the browser's own anchoring would count the change a second time
  root.dataset.language = language;
  root.lang = language === "en" ? "en" : "zh-Hans";
  document.title = titleIn(language);
  for (const button of all("[data-set-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setLanguage === language));
  }
  for (const image of all("img[alt*=' · ']:not([data-alt])")) image.dataset.alt = image.alt;
  for (const image of all("img[data-alt]")) {
    const [zh, en] = image.dataset.alt.split(" · ");
    image.alt = say(zh, en);
  }
  document.dispatchEvent(new CustomEvent("mlpbook:language", { detail: { language } }));
  if (before) restore(before);
  root.style.overflowAnchor = "";
}

const languages = one(".languages");
languages.addEventListener("click", (event) => {
  const button = event.target.closest("[data-set-language]");
  if (!button) return;
  keep("language", button.dataset.setLanguage);
  setLanguage(button.dataset.setLanguage);
});
setLanguage(root.dataset.language, true);
