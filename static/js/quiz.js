// A quiz under way: answers are kept as they are given, the clock runs, at zero the work is handed in.
// Without this script the page still works: its buttons save, and the server keeps the time.
//
// <form data-autosave action="…/answers/3/">  posts choice or text, and sequence as the page has it
// <span data-save-state data-saved=… …>       says how it went (components/save_state.html)
// <p class="clock" data-remaining="1122">     whole seconds, counted by the server (components/clock.html)
// <form data-hand-in action="…/submit/">      is sent when the time is over

const TYPING_MS = 800;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

function say(text, level) {
  if (text) document.dispatchEvent(new CustomEvent("academy:toast", { detail: { text, level } }));
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
    this.dirty = false;
    this.running = null;
    this.failures = 0;
    this.refused = false;
    form.addEventListener("input", (event) => this.changed(event.target.type === "textarea" || event.target.type === "text"));
    form.addEventListener("change", () => this.changed(false));
    form.addEventListener("submit", () => clearTimeout(this.timer));
    window.addEventListener("online", () => this.flush());
  }

  changed(typing) {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), typing ? TYPING_MS : 0);
  }

  show(state, text = this.state?.dataset[state]) {
    if (!this.state) return;
    this.state.dataset.state = state;
    this.state.textContent = (state === "saved" ? "✓ " : "") + text;
  }

  // One request at a time for a question: what changes meanwhile goes with the next.
  flush() {
    clearTimeout(this.timer);
    if (!this.dirty || this.refused) return this.running ?? Promise.resolve();
    this.running ??= this.save().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async save() {
    this.dirty = false;
    if (!this.failures) this.show("saving");
    try {
      const answer = await this.post();
      if (answer.ok) await this.kept(answer);
      else await this.notKept(answer);
    } catch {
      this.retry();
    }
  }

  post() {
    const data = new FormData(this.form);
    return fetch(this.form.action, {
      method: "POST",
      body: new URLSearchParams(data),
      headers: { Accept: "application/json", "X-CSRFToken": data.get("csrfmiddlewaretoken") ?? "" },
      credentials: "same-origin",
      keepalive: true,
    });
  }

  async kept(answer) {
    const { sequence } = await answer.json();
    const field = this.form.elements.namedItem("sequence");
    if (field && sequence !== undefined) field.value = sequence;
    this.failures = 0;
    if (this.dirty) return this.save();
    this.show("saved");
    this.markAnswered();
  }

  async notKept(answer) {
    if (answer.status >= 500 || answer.status === 429) return this.retry();
    this.refused = true;
    const told = await answer.json().catch(() => ({}));
    const reason = Object.values(told).flat()[0] ?? this.state?.dataset.refused;
    this.show("refused", reason);
    say(reason, "error");
  }

  retry() {
    this.dirty = true;
    this.show("failed");
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    if (!this.failures) say(this.state?.dataset.failed, "warning");
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  markAnswered() {
    const given = this.form.querySelector("input:checked") || this.form.querySelector("textarea")?.value.trim();
    for (const mark of document.querySelectorAll(`.pager [data-item="${this.form.dataset.item}"]`)) {
      mark.classList.toggle("is-answered", Boolean(given));
    }
  }

  get unsaved() {
    return this.dirty || this.running !== null;
  }
}

function asText(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

// The server counts; between two pages this only shows. Words are said at five minutes, at one, and at the end.
function runClock(clock, onZero) {
  const end = Date.now() + Number(clock.dataset.remaining) * 1000;
  const says = document.querySelector("[data-clock-says]");
  const said = new Set();
  const tell = (key) => {
    if (said.has(key) || !says) return;
    said.add(key);
    says.textContent = clock.dataset[key];
  };
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = asText(left);
    clock.classList.toggle("clock--soon", left <= 300 && left > 60);
    clock.classList.toggle("clock--last", left <= 60);
    if (left === 0) {
      clearInterval(timer);
      tell("over");
      onZero();
    } else if (left <= 60) tell("last");
    else if (left <= 300) tell("soon");
  };
  const timer = setInterval(tick, 1000);
  tick();
}

const saves = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Autosave(form));
const clock = document.querySelector(".clock[data-remaining]");
const handIn = document.querySelector("form[data-hand-in]");
let leaving = false;

function atZero() {
  const wait = new Promise((resolve) => setTimeout(resolve, 2000));
  Promise.race([Promise.all(saves.map((save) => save.flush())), wait]).then(() => {
    leaving = true;
    handIn?.submit();
  });
}

if (clock) runClock(clock, atZero);

// A link to another question waits until this answer is kept.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-after-save]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !saves.some((save) => save.unsaved)) return;
  event.preventDefault();
  await Promise.all(saves.map((save) => save.flush()));
  if (saves.some((save) => save.unsaved || save.refused)) return;
  location.assign(link.href);
});

document.addEventListener("submit", () => {
  leaving = true;
});

window.addEventListener("beforeunload", (event) => {
  if (leaving || !saves.some((save) => save.unsaved)) return;
  saves.forEach((save) => save.flush());
  event.preventDefault();
});
