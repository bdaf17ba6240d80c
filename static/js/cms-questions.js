/* Offers the two options of a true-or-false question as soon as its kind is chosen. */
(() => {
  const rows = (list) =>
    [...list.querySelectorAll("input[name$='-text']")].filter(
      (input) => !input.name.includes("__prefix__") && input.offsetParent !== null,
    );

  const offerOptions = (select) => {
    const prefix = select.id.replace(/kind$/, "choices");
    const list = document.getElementById(`${prefix}-FORMS`);
    const add = document.getElementById(`${prefix}-ADD`);
    if (!list || rows(list).some((input) => input.value.trim())) return;
    const words = select.dataset.options.split("|");
    while (add && rows(list).length < words.length) add.click();
    rows(list).forEach((input, place) => {
      if (place < words.length) input.value = words[place];
    });
  };

  document.addEventListener("change", (event) => {
    const select = event.target.closest("select[data-question-kind]");
    if (select && select.value === select.dataset.questionKind) offerOptions(select);
  });
})();
