"use strict";
const root = document.documentElement;
const slides = [...document.querySelectorAll(".slide")];
const [nav, said] = ["nav", "#said"].map(each => document.querySelector(each));
const STEPS = {ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, Enter: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1,
  Home: -Infinity, End: Infinity};
const LEAST = 0.55;
let now = 0;

// Text that is too much for its slide is set smaller down to a floor; beyond it the body scrolls, by keys too.
function fit(body) {
  let size = 1;
  body.style.fontSize = "";
  const full = parseFloat(getComputedStyle(body).fontSize);
  while (size > LEAST && (body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1)) {
    size -= 0.03;
    body.style.fontSize = full * size + "px";
  }
  body.toggleAttribute("data-scrolls", body.scrollHeight > body.clientHeight + 1);
  body.hasAttribute("data-scrolls") ? body.setAttribute("tabindex", "0") : body.removeAttribute("tabindex");
}

function show(place, says = true) {
  now = Math.max(0, Math.min(slides.length - 1, place));
  slides.forEach((slide, at) => slide.classList.toggle("now", at === now));
  const slide = slides[now];
  const body = slide.querySelector(".body");
  if (innerWidth > 700) fit(body);
  else body.style.fontSize = "";
  body.toggleAttribute("data-wide", body.scrollWidth > body.clientWidth + 1);
  if (location.hash !== "#" + (now + 1)) {
    try { history.replaceState(null, "", "#" + (now + 1)); } catch { /* a frame without an address of its own */ }
  }
  slide.scrollTop = 0;
  if (says) {
    said.textContent = slide.getAttribute("aria-label") + ": " + slide.querySelector("h1, h2").textContent;
    slide.focus({preventScroll: true});
  }
}

function toggleNotes() {
  const noted = root.classList.toggle("noted");
  document.querySelector("#notes").setAttribute("aria-pressed", noted);
  show(now, false);
}

function toggleFull() {
  const done = document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.();
  done?.catch(() => { said.textContent = "The browser does not allow full screen here."; });
}

addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const inButton = event.target.closest("button"), scrolls = event.target.closest("aside, [data-scrolls]");
  if (inButton && (event.key === " " || event.key === "Enter")) return;
  if (scrolls && /^(Arrow(Up|Down)|Page)/.test(event.key)) return;
  const step = event.key === " " && event.shiftKey ? -1 : STEPS[event.key];
  if (step) show(now + step);
  else if (event.key === "n" || event.key === "N") toggleNotes();
  else if (event.key === "f" || event.key === "F") toggleFull();
  else return;
  event.preventDefault();
});

let from = null;
addEventListener("touchstart", event => { from = event.touches.length === 1 ? event.touches[0] : null; }, {passive: true});
addEventListener("touchend", event => {
  if (!from || event.target.closest(".chart, table, nav, aside")) return;
  const [x, y] = [event.changedTouches[0].clientX - from.clientX, event.changedTouches[0].clientY - from.clientY];
  if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) show(now - Math.sign(x));
}, {passive: true});
addEventListener("mousemove", event => nav.classList.toggle("near", event.clientY > innerHeight * 0.8));
addEventListener("hashchange", () => show(parseInt(location.hash.slice(1), 10) - 1 || 0));
addEventListener("resize", () => show(now, false));
document.querySelector("#back").addEventListener("click", () => show(now - 1));
document.querySelector("#on").addEventListener("click", () => show(now + 1));
document.querySelector("#notes").addEventListener("click", toggleNotes);
document.querySelector("#full").addEventListener("click", toggleFull);

root.classList.add("shown");
nav.hidden = false;
show(parseInt(location.hash.slice(1), 10) - 1 || 0, false);
