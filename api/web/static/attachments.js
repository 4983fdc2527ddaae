// Files of a form: dropped, chosen or photographed, sent at once as they are, named in the form.
const shownSize = (bytes) => (bytes < 1048576
  ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

const begin = (zone) => {
  const form = zone.closest("form");
  const kept = zone.querySelector("input[name=attachments]");
  const list = zone.querySelector("ul");
  const said = zone.querySelector("[role=status]");
  const words = zone.dataset;
  let files = JSON.parse(kept.value || "[]");
  let sending = 0;

  const note = () => {
    kept.value = files.length ? JSON.stringify(files) : "";
    form.querySelectorAll("button[name=what], button[data-send]").forEach((button) => {
      button.disabled = sending > 0 || (button.hasAttribute("data-send") && !files.length);
    });
  };

  const row = (name, detail) => {
    const line = document.createElement("li");
    const text = document.createElement("span");
    const more = document.createElement("span");
    text.textContent = name;
    text.className = "file-name";
    more.textContent = detail;
    more.className = "hint";
    line.append(text, more);
    list.append(line);
    return { line, more };
  };

  const offerRemoval = (line, take) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.remove;
    button.setAttribute("aria-label", `${words.remove} ${line.firstChild.textContent}`);
    button.addEventListener("click", () => { take(); line.remove(); note(); });
    line.append(button);
  };

  const join = (file, line) => offerRemoval(line, () => {
    files = files.filter((one) => one !== file);
  });

  const send = async (picked) => {
    const { line, more } = row(picked.name, words.sending);
    const body = new FormData();
    body.append("file", picked, picked.name);
    sending += 1;
    note();
    try {
      const answer = await fetch("/api/v1/attachments", {
        method: "POST", body,
        headers: {
          "X-CSRF-Token": form.querySelector("input[name=csrf_token]").value,
          Accept: "application/json",
        },
      });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.detail);
      if (files.some((one) => one.sha256 === told.sha256)) {
        line.remove();
        said.textContent = words.twice;
      } else {
        const file = { sha256: told.sha256, name: told.name, size: told.size };
        files.push(file);
        line.firstChild.textContent = file.name;
        more.textContent = shownSize(file.size);
        join(file, line);
        said.textContent = "";
      }
    } catch (error) {
      line.classList.add("wrong");
      more.textContent = error instanceof TypeError ? words.failed : error.message;
      offerRemoval(line, () => {});
    } finally {
      sending -= 1;
      note();
    }
  };

  const sendAll = (picked) => [...picked].forEach(send);

  zone.querySelectorAll("input[type=file]").forEach((input) => {
    input.addEventListener("change", () => { sendAll(input.files); input.value = ""; });
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    sendAll(event.dataTransfer.files);
  });
  files.forEach((file) => join(file, row(file.name, shownSize(file.size)).line));
  zone.hidden = false;
  note();
};

document.querySelectorAll("[data-attachments]").forEach(begin);
