// A lesson that is complete when it was read: once its end has been in view for a moment, its own form is
// posted by script. The form's button does the same without it.
//
// <form data-complete-when-viewed action="/learning/lessons/7/complete/" data-done="Completed"
//       data-next="/courses/…/" data-next-label="Next lesson">   (the last two where there is a next one)

const DWELL_MS = 1500;

async function complete(form) {
  const data = new FormData(form);
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(data),
    headers: { Accept: "application/json", "X-CSRFToken": data.get("csrfmiddlewaretoken") ?? "" },
    credentials: "same-origin",
  });
  if (answer.ok) showDone(form);
}

function showDone(form) {
  const words = document.createElement("p");
  words.className = "finished";
  words.setAttribute("role", "status");
  form.replaceChildren(words);
  form.classList.add("row");
  if (form.dataset.next) form.append(nextLink(form.dataset));
  requestAnimationFrame(() => {
    words.textContent = `✓ ${form.dataset.done ?? ""}`;
  });
  for (const tick of document.querySelectorAll(".outline [aria-current] .tick")) tick.classList.add("tick--done");
}

function nextLink({ next, nextLabel }) {
  const link = document.createElement("a");
  link.className = "button";
  link.href = next;
  link.textContent = nextLabel;
  return link;
}

// The lesson counts only if someone is there to read: the page is visible, and its end stays in view.
function watch(form) {
  let timer;
  const observer = new IntersectionObserver(([entry]) => {
    clearTimeout(timer);
    if (!entry.isIntersecting || document.hidden) return;
    timer = setTimeout(() => {
      observer.disconnect();
      complete(form).catch(() => {});
    }, DWELL_MS);
  });
  observer.observe(form);
}

for (const form of document.querySelectorAll("form[data-complete-when-viewed]")) watch(form);
