"use strict";
// Shows what comes and changes while the page is open, and lets its buttons act without leaving it. The page works without this, too.
const messages = document.getElementById("messages");
const live = document.getElementById("live");

const events = new EventSource(messages.dataset.events);
events.onopen = () => { live.textContent = "live"; };
events.onerror = () => { live.textContent = "reconnecting…"; };
events.onmessage = event => show(JSON.parse(event.data).html);

function show(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // made by our server, which escapes every value
  const card = template.content.querySelector("article");
  const known = document.getElementById(card.id);
  card.classList.add("fresh");
  if (known) {
    known.replaceWith(card);
  } else {
    messages.prepend(card);
  }
  document.querySelector(".empty").hidden = true;
}

messages.addEventListener("submit", async event => {
  const form = event.target;
  if (form.method !== "post") {
    return; // its page asks for more
  }
  event.preventDefault();
  const section = form.closest("section");
  const buttons = section.querySelectorAll("button");
  buttons.forEach(button => { button.disabled = true; });
  const note = section.querySelector(".note");
  note.hidden = false;
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/plain" } });
    note.textContent = await answer.text();
    note.className = answer.ok ? "note good" : "note bad";
    buttons.forEach(button => { button.disabled = answer.ok && button.closest("form") === form; });
  } catch (failure) {
    note.textContent = "The service does not answer. Try again.";
    note.className = "note bad";
    buttons.forEach(button => { button.disabled = false; });
  }
});
