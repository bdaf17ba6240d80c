/* The editor keeps drafts by itself. Who submits while it does waits for that, so that no page is made twice. */
(() => {
  let saving = false;
  let leaving = false;

  const keepButton = (form, button) => {
    if (!button?.name) return;
    const kept = document.createElement("input");
    Object.assign(kept, { type: "hidden", name: button.name, value: button.value });
    form.append(kept);
  };

  document.addEventListener("w-autosave:save", (event) => {
    if (leaving) event.preventDefault();
    else saving = true;
  });
  for (const end of ["w-autosave:success", "w-autosave:error"]) {
    document.addEventListener(end, () => {
      saving = false;
    });
  }

  const wait = (event) => {
    const form = event.target;
    if (!saving || !form.matches("[data-edit-form]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const send = new AbortController();
    const again = () => {
      send.abort();
      leaving = true;
      keepButton(form, event.submitter);
      form.requestSubmit();
    };
    for (const end of ["w-autosave:success", "w-autosave:error"]) {
      document.addEventListener(end, again, { signal: send.signal });
    }
  };

  document.addEventListener("submit", wait, { capture: true });
})();
