/* Shows the form of the type that is chosen for a question. The forms of the other types are kept
   aside, with what was written in them, and are not sent. */
(() => {
  const fieldsets = (forms) => [...forms.children].flatMap((part) =>
    part.matches("template") ? [...part.content.children] : [part],
  );

  const show = (forms, kind) => {
    const chosen = fieldsets(forms).find((one) => one.dataset.questionForm.split(" ").includes(kind));
    if (!chosen) return;
    for (const part of [...forms.children]) {
      if (part.matches("template") && part.content.contains(chosen)) part.replaceWith(chosen);
    }
    for (const part of forms.querySelectorAll(":scope > fieldset")) {
      part.hidden = part.disabled = part !== chosen;
    }
  };

  document.addEventListener("change", (event) => {
    const select = event.target.closest("select[data-question-kind]");
    const row = select?.closest("[data-inline-panel-child], form");
    const forms = row?.querySelector("[data-question-forms]");
    if (forms) show(forms, select.value);
  });
})();
