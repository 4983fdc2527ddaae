// What an approval cuts: counted anew with every box and number, in fen, as whole numbers.
const form = document.getElementById("form-approve");
const sums = form?.querySelector(".cut-sums");

const money = (fen) => {
  const sign = fen < 0 ? "-" : "";
  const text = String(Math.abs(fen)).padStart(3, "0");
  return sign + text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",") + "." + text.slice(-2);
};

const fenOf = (text) => {
  const found = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text.replaceAll(",", "").trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
};

const cutOfItem = (row) => {
  const [pieces, price] = row.querySelectorAll("input");
  const kept = /^\d+$/.test(pieces.value.trim()) ? Number(pieces.value) : Number(row.dataset.pieces);
  const paid = fenOf(price.value) ?? Number(row.dataset.price);
  const fen = Number(row.dataset.pieces) * Number(row.dataset.price) - kept * paid;
  return { pieces: Number(row.dataset.pieces) - kept, fen };
};

const recount = () => {
  let pieces = 0;
  let fen = 0;
  form.querySelectorAll("tr[data-thing]").forEach((row) => {
    const left = !row.querySelector("input[type=checkbox]").checked;
    row.classList.toggle("cut", left);
    pieces += left ? 1 : 0;
    fen += left ? Number(row.dataset.fen) : 0;
  });
  form.querySelectorAll("tr[data-item]").forEach((row) => {
    const cut = cutOfItem(row);
    row.classList.toggle("cut", cut.fen !== 0);
    pieces += cut.pieces;
    fen += cut.fen;
  });
  const asked = { pieces: Number(sums.dataset.pieces), fen: Number(sums.dataset.fen) };
  const say = (name, count, amount) => {
    sums.querySelector(`[data-${name}]`).textContent = `${count} · ${money(amount)}`;
  };
  say("cut", pieces, fen);
  say("granted", asked.pieces - pieces, asked.fen - fen);
};

if (form && sums) {
  form.addEventListener("input", recount);
  recount();
}
