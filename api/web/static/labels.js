// Choosing labels: the count on the button, the sample in the chosen size, the fields that apply.
const form = document.getElementById("labels");

if (form) {
  const boxes = [...form.querySelectorAll('input[name="asset_ids"]')];
  const all = document.getElementById("pick-all");
  const preview = document.getElementById("preview");
  const print = document.getElementById("print");
  const hide = (id, yes) => { document.getElementById(id).hidden = yes; };

  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    if (!print) return;
    document.getElementById("label-count").textContent = chosen;
    const word = document.getElementById("label-word");
    word.textContent = chosen === 1 ? word.dataset.one : word.dataset.many;
    print.disabled = chosen === 0;
  };

  const choose = () => {
    hide("used-up", !form.size.value.startsWith("a4"));
    hide("reason-field", form.act.value !== "renew");
    form.reason.required = form.act.value === "renew";
    if (!preview) return;
    preview.src = preview.dataset.base + form.size.value;
    for (const kind of ["png", "svg"]) {
      document.getElementById(`as-${kind}`).href =
        `${preview.dataset.base.replace("label.svg", `label.${kind}`)}${form.size.value}`;
    }
  };

  all.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = all.checked; });
    count();
  });
  boxes.forEach((box) => box.addEventListener("change", count));
  if (print) {
    form.size.addEventListener("change", choose);
    form.act.addEventListener("change", choose);
    choose();
  }
  count();
}
