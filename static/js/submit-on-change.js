// A filter counts as soon as it is chosen. Without this script the form's button does the same.
//
// <select data-submit-on-change>
// Who goes through the options by keys passes many on the way: for them the button stays the way.

for (const select of document.querySelectorAll("select[data-submit-on-change]")) {
  let byKey = false;
  select.addEventListener("keydown", () => {
    byKey = true;
  });
  select.addEventListener("pointerdown", () => {
    byKey = false;
  });
  select.addEventListener("change", () => {
    if (!byKey) select.form.requestSubmit();
  });
}
