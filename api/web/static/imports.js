// The bar of a release that goes on in the background, and a question before what cannot be undone by a click.
const box = document.getElementById("progress");

const look = async () => {
  const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const now = await answer.json();
  box.querySelector("progress").value = now.done;
  document.getElementById("progress-done").textContent = now.done.toLocaleString("en-US");
  if (now.running) setTimeout(look, 1000);
  else location.replace(location.pathname);
};

if (box && box.dataset.going === "1") setTimeout(look, 500);

document.querySelectorAll("form[data-confirm]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
});
