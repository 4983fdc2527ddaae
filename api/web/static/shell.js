// Keys, the unit switch and the folding parts of the frame. Pages work without it.
const typing = (target) =>
  target.matches("input, select, textarea, [contenteditable]");

let waiting = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    document.querySelectorAll("header.top details[open]").forEach((d) => { d.open = false; });
    return;
  }
  if (typing(event.target)) return;
  if (waiting) {
    waiting = false;
    const link = document.querySelector(`.menu.side a[data-key="${CSS.escape(event.key)}"]`);
    if (link) location.href = link.href;
    return;
  }
  const act = {
    g: () => { waiting = true; setTimeout(() => { waiting = false; }, 1500); },
    "/": () => document.getElementById("search")?.focus(),
    t: () => {
      const clocks = document.getElementById("clocks");
      if (!clocks) return;
      clocks.open = true;
      document.getElementById("as_of").focus();
    },
    "?": () => { location.href = "/help"; },
  }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

document.querySelectorAll("select[data-submit]").forEach((select) => {
  select.addEventListener("change", () => select.form.requestSubmit());
});

// The chosen tab is in sight even where the bar is wider than the window.
document.querySelector(".tabs [aria-current]")
  ?.scrollIntoView({ block: "nearest", inline: "nearest" });

// A click elsewhere folds an open part of the header.
document.addEventListener("click", (event) => {
  document.querySelectorAll("header.top details[open]").forEach((details) => {
    if (!details.contains(event.target)) details.open = false;
  });
});
