// Filter and search, copy buttons, numbers under the pointer, the large image. Without this script everything is there:
// pictures are links to their files, and nothing is hidden.
"use strict";
const byId = (id) => document.getElementById(id);
const articles = Array.from(document.querySelectorAll("article"));

// filter and search
const words = new Map(articles.map((article) => [article, article.textContent.toLowerCase()]));
function choose() {
  const wanted = byId("filter").value;
  const sought = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const article of articles) {
    const models = article.dataset.models.split("|");
    const fits = !wanted || (wanted === "differs" ? "differs" in article.dataset : models.includes(wanted.slice(6)));
    const seen = fits && sought.every((word) => words.get(article).includes(word));
    article.hidden = !seen;
    document.querySelector(`[data-for="${article.id}"]`).hidden = !seen;
    shown += seen;
  }
  byId("count").textContent = shown === articles.length ? "" : `${shown} of ${articles.length} figures`;
}
document.querySelector(".tools").hidden = false;
byId("filter").addEventListener("change", choose);
byId("search").addEventListener("input", choose);

// a link into a folded or filtered part opens it
function reveal() {
  const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (!target) {
    return;
  }
  const article = target.closest("article");
  if (article && article.hidden) {
    byId("filter").value = byId("search").value = "";
    choose();
  }
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) {
    part.open = true;
  }
  target.scrollIntoView();
}
window.addEventListener("hashchange", reveal);
reveal();
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = Array.from(document.querySelectorAll("details:not([open], .code, .get)"));
  folded.forEach((part) => { part.open = true; });
});
window.addEventListener("afterprint", () => folded.forEach((part) => { part.open = false; }));

// copy
for (const button of document.querySelectorAll(".copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      document.execCommand("copy");
    }
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  });
}

// numbers of a picture under the pointer
const tip = byId("tip");
const between = (edges, at) => edges.findIndex((edge, i) => i && (edge - at) * (edges[i - 1] - at) <= 0) - 1;
function answer(parts, x, y, near) {
  for (const part of parts) {
    const [left, top, right, bottom] = part.box;
    const [u, v] = [(x - left) / (right - left), (y - top) / (bottom - top)];
    if (u < 0 || u > 1 || v < 0 || v > 1) {
      continue;
    }
    if (part.v) {
      const [column, row] = [between(part.xs, u), between(part.ys, v)];
      if (column >= 0 && row >= 0) {
        const value = part.v[row][column];
        const lines = [[part.x, part.xc[column]], [part.y, part.yc[row]], [part.z || "value", value === null ? "not measured" : value]];
        return lines.map(([name, at]) => (name ? `${name}: ${at}` : at)).join("\n");
      }
    } else if (part.t) {
      return part.t;
    } else {
      const far = ([px, py]) => Math.hypot((px - u) * (right - left) / near[0], (py - v) * (bottom - top) / near[1]);
      const nearest = part.p.reduce((one, other) => far(other) < far(one) ? other : one);
      return far(nearest) < 1 ? nearest[2] : "";
    }
  }
  return "";
}
function listen(image, parts) {
  const show = (event) => {
    const box = image.getBoundingClientRect();
    const said = answer(parts, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, [12 / box.width, 12 / box.height]);
    tip.hidden = !said;
    tip.textContent = said;
    tip.style.left = `${Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.clientY > innerHeight - 80 ? event.clientY - tip.offsetHeight - 12 : event.clientY + 16}px`;
  };
  image.addEventListener("pointermove", show);
  image.addEventListener("pointerdown", show);
  image.addEventListener("pointerleave", () => { tip.hidden = true; });
}
const numbers = (link) => {
  const held = link.closest("figure").querySelector(".numbers");
  return held ? JSON.parse(held.textContent) : [];
};

// the large image
const dialog = byId("large");
const frame = byId("frame");
const links = Array.from(document.querySelectorAll("a.open"));
const visible = () => links.filter((link) => !link.closest("article").hidden);
let current = links[0];
function show(link) {
  current = link;
  const image = new Image();
  image.src = link.getAttribute("href");
  image.alt = link.querySelector("img").alt;
  listen(image, numbers(link));
  frame.replaceChildren(image);
  byId("large-title").textContent = link.dataset.title;
  byId("caption").textContent = link.closest("figure").querySelector("figcaption").textContent;
  byId("file").href = link.getAttribute("href");
  if (!dialog.open) {
    dialog.append(tip); // above the dialog
    dialog.showModal();
  }
}
function turn(step) {
  const seen = visible();
  show(seen[(seen.indexOf(current) + step + seen.length) % seen.length]);
}
for (const link of links) {
  const image = link.querySelector("img");
  image.addEventListener("pointerenter", () => listen(image, numbers(link)), { once: true });
  link.addEventListener("click", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.shiftKey)) { // else a new tab or window, as asked for
      event.preventDefault();
      show(link);
    }
  });
}
byId("previous").addEventListener("click", () => turn(-1));
byId("next").addEventListener("click", () => turn(1));
byId("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) {
    dialog.close();
  }
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    turn(event.key === "ArrowRight" ? 1 : -1);
  }
});
dialog.addEventListener("close", () => {
  frame.replaceChildren();
  tip.hidden = true;
  document.body.append(tip);
  current.focus();
});
