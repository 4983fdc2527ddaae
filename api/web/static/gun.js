// A scanning gun is a keyboard that types a code in a burst, wherever the cursor stands.
// event.code names the physical key: an input method swallows letters, but not keys.
const GAP_MS = 60;
const SHORTEST = 10;
const SILENCE_MS = 150;
const SIGNS = {
  Minus: "-", Slash: "/", Period: ".", Semicolon: ";", Equal: "=", Space: " ",
  NumpadDecimal: ".", NumpadSubtract: "-", NumpadDivide: "/",
};

const signOf = ({ code, shiftKey }) => {
  if (code.startsWith("Key")) return code.slice(3);
  if (/^(Digit|Numpad)\d$/.test(code)) return code.slice(-1);
  if (code === "Semicolon" && shiftKey) return ":";
  return SIGNS[code] ?? "";
};

export const listen = (take) => {
  let burst = "";
  let last = 0;
  let field = null;
  let before = "";
  let timer = 0;
  let held = "";

  const clear = () => { burst = ""; held = ""; field = null; clearTimeout(timer); };

  // It was a quick person after all: what was held back goes where it was meant to go.
  const forget = () => {
    if (field && held) field.setRangeText(held, field.selectionStart, field.selectionEnd, "end");
    clear();
  };

  const finish = () => {
    const typed = burst;
    if (field) field.value = before;
    clear();
    take(typed);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const gap = event.timeStamp - last;
    const isEnd = ["Enter", "NumpadEnter", "Tab"].includes(event.code);
    if (isEnd) {
      if (burst.length >= SHORTEST && gap < GAP_MS) {
        event.preventDefault();
        event.stopPropagation();
        finish();
      } else forget();
      return;
    }
    const sign = signOf(event);
    if (!sign || event.repeat) return;
    if (!burst || gap > GAP_MS) {
      forget();
      field = event.target.matches('input[type="text"], input:not([type]), textarea')
        ? event.target : null;
      before = field ? field.value : "";
    }
    last = event.timeStamp;
    burst += sign;
    clearTimeout(timer);
    // Some guns send nothing after the code; a person who types on has longer pauses.
    timer = setTimeout(() => { if (burst.length >= SHORTEST + 2) finish(); else forget(); }, SILENCE_MS);
    if (burst.length > 3) {
      // By now it is a gun: keys must not open menus, nor reach the field or its input method.
      if (event.key.length === 1) held += event.key;
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);
};
