// The large image: without this script a thumbnail is a link to the file.
"use strict";
const dialog = document.getElementById("large");
const frame = document.getElementById("frame");
const title = document.getElementById("large-title");
const file = document.getElementById("file");
const links = Array.from(document.querySelectorAll("a.open"));
let current = 0;

function show(index) {
  current = (index + links.length) % links.length;
  const link = links[current];
  const image = new Image();
  image.src = link.getAttribute("href");
  image.alt = link.querySelector("img").alt;
  frame.replaceChildren(image);
  title.textContent = link.dataset.title;
  file.href = link.getAttribute("href");
  if (!dialog.open) {
    dialog.showModal();
  }
}

links.forEach((link, index) => link.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) {
    return; // a new tab or window, as asked for
  }
  event.preventDefault();
  show(index);
}));
document.getElementById("previous").addEventListener("click", () => show(current - 1));
document.getElementById("next").addEventListener("click", () => show(current + 1));
document.getElementById("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) {
    dialog.close();
  }
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    show(current + (event.key === "ArrowRight" ? 1 : -1));
  }
});
dialog.addEventListener("close", () => {
  frame.replaceChildren();
  links[current].focus();
});
