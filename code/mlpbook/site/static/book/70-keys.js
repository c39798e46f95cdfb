// Search and teach mode, which arrive when they are asked for, and the keys that ask.
const versionOf = new URL(one('script[src*="book.js"]').src).search;
const loading = new Map();

/** Loads a script of the site once. */
function load(name) {
  if (!loading.has(name)) {
    loading.set(name, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root.dataset.root}_static/${name}${versionOf}`;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`cannot load ${name}`));
      document.head.append(script);
    }));
  }
  return loading.get(name);
}

window.mlpbookLoad = load;
async function openSearch() {
  await load("search-index.js");
  await load("search.js");
  window.mlpbookSearch.open();
}
one(".bar-search").addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || one("[data-search-page]")) return;
  event.preventDefault();
  openSearch();
});
if (one("[data-search-page]")) load("search-index.js").then(() => load("search.js"));

async function teach() {
  await load("teach.js");
  window.mlpbookTeach.toggle();
}
const teachButton = one(".bar-teach");
if (teachButton) {
  teachButton.addEventListener("click", teach);
  if (/[?&]teach\b/.test(location.search)) teach();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  if (typing || event.altKey) return;
  if (event.key === "/" || ((event.ctrlKey || event.metaKey) && event.key === "k")) {
    event.preventDefault();
    openSearch();
  } else if (event.key === "t" && teachButton && !event.ctrlKey && !event.metaKey) {
    teach();
  }
});
