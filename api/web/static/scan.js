// The page of scanned lists: read a code, show the thing, check the act, submit once.
import { asJpeg, camera, cameraAllowed } from "./camera.js";
import { listen } from "./gun.js";
import { newKey, ScanList } from "./scan_list.js";
import { tell } from "./tones.js";

const root = document.getElementById("scan");
const words = root.dataset;
const by = (id) => document.getElementById(id);
const form = by("list-form");
const csrf = document.body.dataset.csrf;
const TONE = { IN_USE: "good", IDLE: "warn", DISPOSED: "mute", VOIDED: "mute" };
const REPEAT_MS = 2000;
const SOUND = "taizhang-sound";

const list = new ScanList(words.who, () => say(words.wordStored, "bad"));
const sound = by("sound");
const justSeen = new Map();

const say = (text, tone = "") => {
  by("said").textContent = text;
  by("said").className = `said ${tone}`;
};

// An answer of the server, or undefined when none came.
const send = async (path, body, headers = {}) => {
  try {
    const answer = await fetch(path, {
      method: "POST", body,
      headers: { "X-CSRF-Token": csrf, Accept: "application/json", ...headers },
    });
    if (answer.status === 401) location.reload();
    return { ok: answer.ok, status: answer.status, data: await answer.json() };
  } catch { return undefined; }
};

const sendJson = (path, value, headers = {}) =>
  send(path, JSON.stringify(value), { "Content-Type": "application/json", ...headers });

/* Showing */

const wordOf = (status) => words[`word${status[0].toUpperCase()}${status.slice(1)}`] ?? status;

const toneOf = (row) => {
  if (row.block || ["forged", "unknown", "unreadable"].includes(row.status)) return "bad";
  if (["retired", "waiting"].includes(row.status)) return "warn";
  return "good";
};

// A rule's own source is worth showing; a number of our handbook is not.
const sourceOf = (source) =>
  source && !/^\d|handbook/.test(source) ? ` · ${words.wordSource} ${source}` : "";

const drawRow = (row) => {
  const item = by("row").content.firstElementChild.cloneNode(true);
  const name = item.querySelector(".scan-name");
  const badge = item.querySelector(".badge");
  item.classList.add(toneOf(row));
  if (row.thing) {
    const { thing } = row;
    name.textContent = thing.name;
    name.href = `/assets/${encodeURIComponent(thing.asset_id)}`;
    badge.textContent = thing.state_name;
    badge.classList.add(TONE[thing.state] ?? "info");
    item.querySelector(".scan-no").textContent = thing.card_no;
    const where = [thing.keeper, thing.dept, thing.place, thing.model];
    item.querySelector(".scan-where").textContent = where.filter(Boolean).join(" · ");
  } else {
    name.textContent = row.label_no || row.text.slice(0, 60);
    badge.textContent = row.status === "waiting" ? words.wordWait : wordOf(row.status);
    badge.classList.add(row.status === "waiting" ? "warn" : "bad");
  }
  const why = row.block?.title ?? row.message ?? "";
  item.querySelector(".scan-why").textContent = why + sourceOf(row.block?.source);
  const remove = item.querySelector(".scan-remove");
  remove.textContent = words.wordRemove;
  remove.setAttribute("aria-label", `${words.wordRemove} ${name.textContent}`);
  remove.addEventListener("click", () => { list.drop([row]); draw(); });
  return item;
};

const drawBlockers = () => {
  const groups = form ? list.blockers() : new Map();
  by("blockers").hidden = groups.size === 0;
  by("blocker-groups").replaceChildren(...[...groups].map(([kind, rows]) => {
    const item = by("group").content.firstElementChild.cloneNode(true);
    const word = rows[0].block ? kind : (kind === "waiting" ? words.wordWait : wordOf(kind));
    const pieces = rows.length === 1 ? words.wordPiece : words.wordPieces;
    item.querySelector("span").textContent = `${word} · ${rows.length} ${pieces}`;
    item.querySelector("button").addEventListener("click", () => { list.drop(rows); draw(); });
    return item;
  }));
  return groups.size;
};

const draw = () => {
  const blocked = drawBlockers();
  by("rows").replaceChildren(...list.rows.map(drawRow));
  by("count").textContent = list.rows.length;
  by("empty").hidden = list.rows.length > 0;
  by("clear").hidden = list.rows.length === 0;
  by("pending").hidden = !list.state.pending;
  if (form) by("submit").disabled = blocked > 0 || list.rows.length === 0 || !!list.state.pending;
};

/* Reading */

const check = async (ids) => {
  if (!form || ids.length === 0) return;
  const asked = { act: form.act.value, asset_ids: ids };
  if (form.occurred_on.value) asked.occurred_on = form.occurred_on.value;
  const answer = await sendJson("/scan/check", asked);
  if (!answer?.ok) return;
  for (const row of list.rows) {
    const id = row.thing?.asset_id;
    if (ids.includes(id)) row.block = answer.data.blocks[id] ?? null;
  }
  list.keep();
  draw();
};

const add = async (seen) => {
  const fresh = [];
  let outcome = "again";
  for (const one of seen) {
    const known = list.same(one);
    if (known && known.status !== "waiting") {
      list.drop([known]);
      list.put(known);
      say(`${words.wordAgain} · ${known.thing?.name ?? known.text}`);
      continue;
    }
    if (known) list.drop([known]);
    if (list.rows.length >= Number(words.many)) { say(words.wordFull, "bad"); outcome = "bad"; break; }
    list.put({ ...one, block: null });
    if (one.thing) fresh.push(one.thing.asset_id);
    outcome = one.status === "found" ? "good" : "bad";
    say(one.thing && one.status === "found" ? `${one.thing.name} ${one.thing.card_no}` : one.message, outcome);
  }
  by("done").hidden = true;
  draw();
  await check(fresh);
  const stopped = list.rows.some((row) => row.block && fresh.includes(row.thing?.asset_id));
  tell(stopped ? "bad" : outcome, sound.checked);
};

// The same code several times in a moment is one scan.
const isRepeat = (text) => {
  const now = performance.now();
  const repeat = now - (justSeen.get(text) ?? -REPEAT_MS) < REPEAT_MS;
  justSeen.set(text, now);
  return repeat;
};

const take = async (typed) => {
  const text = typed.trim();
  if (!text || isRepeat(text)) return;
  const answer = await sendJson("/api/v1/scan", { typed: text });
  if (answer?.ok) { await add(answer.data.seen); return; }
  if (answer && answer.status < 500) { say(answer.data.detail, "bad"); tell("bad", sound.checked); return; }
  if (!list.same({ text })) list.put({ text, status: "waiting", message: words.wordWaiting, thing: null });
  say(words.wordWaiting, "bad");
  tell("bad", sound.checked);
  draw();
};

const takeWaiting = async () => {
  const waiting = list.rows.filter((row) => row.status === "waiting");
  if (waiting.length === 0) return;
  const answer = await sendJson("/api/v1/scan", { typed: waiting.map((row) => row.text).join("\n") });
  if (answer?.ok) await add(answer.data.seen);
};

const takePicture = async (picture, quiet) => {
  const answer = await send("/api/v1/scan", picture, { "Content-Type": picture.type });
  if (!answer) { say(words.wordFailed, "bad"); return; }
  if (!answer.ok) { say(answer.data.detail, "bad"); tell("bad", sound.checked); return; }
  const seen = answer.data.seen.filter((one) => !quiet || !isRepeat(one.text));
  if (seen.length) await add(seen);
  else if (!quiet) { say(words.wordNothing, "bad"); tell("bad", sound.checked); }
};

listen(take);

by("scan-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = by("scan-text");
  const typed = field.value;
  field.value = "";
  field.focus();
  take(typed);
});

by("photo").addEventListener("change", async (event) => {
  const files = [...event.target.files];
  event.target.value = "";
  say(words.wordBusy);
  for (const file of files) {
    // What this browser cannot open, the server may.
    const picture = await asJpeg(file).catch(() => file);
    await takePicture(picture, false);
  }
});

if (cameraAllowed()) {
  const cameraWords = {
    refused: words.wordCameraRefused, missing: words.wordCameraMissing,
    busy: words.wordCameraBusy, broken: words.wordCamera,
  };
  const frames = camera(
    by("video"), by("cameras"),
    (texts) => texts.forEach((text) => take(text)),
    (picture) => takePicture(picture, true),
    (why) => { by("camera").hidden = true; say(cameraWords[why], "bad"); },
  );
  by("camera-button").hidden = false;
  by("camera-button").addEventListener("click", () => {
    by("camera").hidden = false;
    say("");
    frames.start();
  });
  by("camera-stop").addEventListener("click", () => { frames.stop(); by("camera").hidden = true; });
}

/* The form that stays, and the one submit */

const fieldsOf = (act) => {
  const names = act.selectedOptions[0].dataset.fields.split(" ");
  return new Map(names.map((name) => [name.replace("*", ""), name.endsWith("*")]));
};

const showFields = () => {
  const wanted = fieldsOf(form.act);
  for (const name of ["keeper", "use_dept", "place"]) {
    form.querySelector(`[data-field="${name}"]`).hidden = !wanted.has(name);
    form[name].required = wanted.get(name) ?? false;
  }
};

const keepFields = () => {
  for (const name of ["act", "keeper", "use_dept", "place", "occurred_on", "reason"]) {
    list.state.fields[name] = form[name].value;
  }
  list.keep();
};

const restoreFields = () => {
  for (const [name, value] of Object.entries(list.state.fields)) form[name].value = value;
  if (!form.act.value) form.act.selectedIndex = 0;
  // The day of an old list is not taken for today's by accident.
  if (!form.occurred_on.value || list.rows.length === 0) form.occurred_on.value = words.today;
};

const clearErrors = () => {
  by("refused").hidden = true;
  form.querySelectorAll(".field-error").forEach((line) => { line.hidden = true; });
  form.querySelectorAll(".field").forEach((field) => field.classList.remove("wrong"));
};

const showProblem = (problem) => {
  by("refused").hidden = false;
  by("refused-text").textContent = `${problem.detail}${sourceOf(problem.source)} · ${problem.code}`;
  for (const wrong of problem.errors ?? []) {
    const field = form.querySelector(`[data-field="${wrong.pointer.slice(1)}"]`);
    const line = field?.querySelector(".field-error");
    if (!line) continue;
    field.classList.add("wrong");
    line.textContent = problem.detail;
    line.hidden = false;
  }
};

const bodyOf = () => {
  const body = { occurred_on: form.occurred_on.value, asset_ids: list.ids() };
  for (const name of [...fieldsOf(form.act).keys(), "reason"]) {
    if (form[name].value.trim()) body[name] = form[name].value.trim();
  }
  return body;
};

const deliver = async () => {
  const { act, key, body } = list.state.pending;
  by("submit").disabled = true;
  const answer = await sendJson(`/api/v1/commands/${act}?wait=true`, body, { "Idempotency-Key": key });
  if (!answer || answer.status >= 500) {
    say(words.wordFailed, "bad");
    tell("bad", sound.checked);
    draw();
    return;
  }
  list.state.pending = null;
  list.keep();
  if (!answer.ok) {
    showProblem(answer.data);
    tell("bad", sound.checked);
    await check(list.ids());
    draw();
    return;
  }
  list.drop([...list.rows]);
  by("done").hidden = false;
  by("done-text").textContent = `${words.wordDone} ${body.asset_ids.length} ${words.wordPieces}`;
  by("done-sheet").href = `/scan/sheet?command=${key}`;
  say("");
  tell("good", sound.checked);
  draw();
  by("done").scrollIntoView({ block: "nearest" });
};

if (form) {
  restoreFields();
  showFields();
  form.addEventListener("input", keepFields);
  form.act.addEventListener("change", () => { showFields(); check(list.ids()); });
  form.occurred_on.addEventListener("change", () => check(list.ids()));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (list.state.pending || by("submit").disabled) return;
    clearErrors();
    // Kept before it is sent: after a lost answer the very same list goes out under the same key.
    list.state.pending = { act: form.act.value, key: newKey(), body: bodyOf() };
    list.keep();
    await deliver();
  });
  by("retry").addEventListener("click", deliver);
  by("drop-all").addEventListener("click", () => { list.drop([...list.blockers().values()].flat()); draw(); });
}
by("clear").addEventListener("click", () => {
  if (confirm(words.wordClear)) { list.drop([...list.rows]); draw(); }
});

try { sound.checked = localStorage.getItem(SOUND) !== "off"; } catch { sound.checked = true; }
sound.addEventListener("change", () => {
  try { localStorage.setItem(SOUND, sound.checked ? "on" : "off"); } catch { say(words.wordStored); }
});
window.addEventListener("online", takeWaiting);
document.addEventListener("visibilitychange", () => { if (!document.hidden) takeWaiting(); });
draw();
takeWaiting();
if (matchMedia("(min-width: 761px)").matches) by("scan-text").focus();
