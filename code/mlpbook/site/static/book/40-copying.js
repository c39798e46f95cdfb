// Copying: a citation, which names the address at which the page was read; code; formulas, which become LaTeX.
const cited = one(".cite pre");
if (cited && /^https?:/.test(location.protocol)) {
  cited.textContent = cited.textContent.replace(/,\n {2}note/, `,\n  url       = {${location.origin}${location.pathname}},\n  note`);
}

const copy = document.createElement("button");
copy.type = "button";
copy.className = "copy";
copy.innerHTML = '<span lang="zh-Hans">复制</span><span class="dot"> · </span><span lang="en">Copy</span>';
function offerCopy(block) {
  const button = copy.cloneNode(true);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(one("pre", block).innerText.replace(/\n$/, ""));
    } catch { // closed to pages that come over plain HTTP
      window.getSelection().selectAllChildren(one("pre", block));
      announce(say("无法写入剪贴板。代码已选中，请按Ctrl+C。", "The clipboard is closed to this page. The code is selected: press Ctrl+C."));
      return;
    }
    announce(say("代码已复制", "Code copied"));
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1500);
  });
  block.append(button);
}
idle(() => all(".highlight").filter((block) => !block.closest(".cell_output")).forEach(offerCopy));

/** A copied formula becomes its LaTeX. */
document.addEventListener("copy", (event) => {
  const selection = window.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const outer = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".katex");
  if (outer(range.startContainer)) range.setStartBefore(outer(range.startContainer));
  if (outer(range.endContainer)) range.setEndAfter(outer(range.endContainer));
  const part = range.cloneContents();
  const formulas = all(".katex", part);
  if (!formulas.length) return;
  for (const formula of formulas) {
    const tex = one("annotation", formula)?.textContent ?? formula.textContent;
    const display = formula.parentElement?.closest(".katex-display");
    (display ?? formula).replaceWith(display ? `$$${tex}$$` : `$${tex}$`);
  }
  const box = document.createElement("div");
  box.append(part);
  event.clipboardData.setData("text/plain", box.textContent.replaceAll("\u2060", "").trim());
  event.preventDefault();
});
