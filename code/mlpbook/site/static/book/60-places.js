// Places on the page: a target inside a fold opens it; the outline follows the reader.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
}
window.addEventListener("hashchange", unfold);
unfold();

const entries = new Map(all(".outline a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
if (entries.size) {
  const sections = [...entries.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const follow = () => {
    const above = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
    const current = above.at(-1);
    for (const [id, link] of entries) {
      if (id === current?.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  document.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  new ResizeObserver(follow).observe(document.body);
}
