// Rows whose value differs from the stored one are marked as they are typed.
document.querySelectorAll("td[data-old]").forEach((cell) => {
  const input = cell.querySelector("input, select, textarea");
  if (!input) return;
  input.addEventListener("input", () => {
    const value = input.type === "checkbox" ? (input.checked ? "1" : "") : input.value;
    cell.parentElement.classList.toggle("changed", value !== cell.dataset.old);
  });
});
