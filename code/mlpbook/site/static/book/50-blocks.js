// Blocks away from the screen, which are not laid out (30-text.css). Each is asked once, in moments when nothing else
// is to be done, how tall it is, so that the page has its length, and which boxes in it scroll by themselves, to be
// reached by keyboard.
const SCROLLERS = "pre, .math-scroll, .table-scroll, .output.text_html, .contents, .outline";
const BLOCKS = "main section > :is(div[lang], .math-block, .cell:not(.tag_lab))";
const asked = [...all(BLOCKS), ...all(SCROLLERS).filter((box) => !box.closest(BLOCKS))];
const SLICE = 8; // milliseconds; a phone takes some four times as long, and a touch waits for at most one slice
const scrolls = (box) => box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;

/** What a box is to be told: whether the Tab key stops at it. */
const reach = (box) => {
  const stop = scrolls(box);
  return () => { if (stop) box.tabIndex = 0; else box.removeAttribute("tabindex"); };
};

/** What a block is to be told: the height of what is in it. */
function extend(block) {
  const top = block.getBoundingClientRect().top;
  const height = Math.max(...[...block.children].map((child) => child.getBoundingClientRect().bottom)) - top;
  return () => { if (height > 0) block.style.containIntrinsicBlockSize = `auto ${Math.ceil(height)}px`; };
}

let round = 0;
function ask() {
  const own = round += 1;
  root.classList.remove("asked");
  const left = asked.filter((box) => box.checkVisibility());
  const tellings = []; // all are asked before any is told: each telling lays the page out anew
  idle(function next(deadline) {
    if (own !== round) return; // asked anew meanwhile
    const until = performance.now() + SLICE;
    while (left.length) {
      const box = left.shift();
      tellings.push(...(box.matches(BLOCKS) ? [extend(box), ...all(SCROLLERS, box).map(reach)] : [reach(box)]));
      if (left.length && (deadline.timeRemaining() < 4 || performance.now() > until)) return void idle(next);
    }
    for (const tell of tellings) tell();
    root.classList.add("asked");
  });
}
let width = 0;
new ResizeObserver(([{ contentRect }]) => { // told at the start as well, after the layout
  if (contentRect.width !== width) ask();
  width = contentRect.width;
}).observe(document.body);
document.addEventListener("mlpbook:language", ask);
document.addEventListener("toggle", (event) => { // what has just been opened is on the screen
  for (const tell of all(SCROLLERS, event.target).map(reach)) tell();
}, true);
