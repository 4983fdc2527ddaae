// A demo account that is picked fills the form and signs in.
document.querySelectorAll("button.pick").forEach((button) => {
  button.addEventListener("click", () => {
    document.getElementById("username").value = button.dataset.username;
    document.getElementById("password").value = button.dataset.password;
    document.getElementById("sign-in").requestSubmit();
  });
});
