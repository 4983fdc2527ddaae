// Choosing rows of the register; the chosen ids go to a page as one list in its address.
const form = document.getElementById("bulk");
const bar = document.getElementById("bulk-bar");
const all = document.getElementById("pick-all");
const boxes = [...document.querySelectorAll('input[name="asset_ids"]')];

const chosen = () => boxes.filter((box) => box.checked);

const show = () => {
  const count = chosen().length;
  bar.hidden = count === 0;
  document.getElementById("bulk-count").textContent = count;
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
};

if (form && bar && all) {
  all.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = all.checked; });
    show();
  });
  boxes.forEach((box) => box.addEventListener("change", show));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const target = new URL(event.submitter.formAction, location.href);
    new FormData(form).forEach((value, name) => {
      if (name !== "asset_ids") target.searchParams.set(name, value);
    });
    target.searchParams.set("asset_ids", chosen().map((box) => box.value).join(","));
    location.href = target;
  });
  show();
}

// A click outside folds the list of columns.
document.addEventListener("click", (event) => {
  const chooser = document.querySelector(".chooser[open]");
  if (chooser && !chooser.contains(event.target)) chooser.open = false;
});
