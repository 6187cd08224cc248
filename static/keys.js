// The archive by keyboard. Single keys never act in a field, with another key held, or once a reader has turned
// them off (in the help, and kept in this browser).
"use strict";

(() => {
  const OFF = "offprint:keys-off";
  const [BACK, FORWARD] = document.dir === "rtl" ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
  /** @type {[string, string, () => void][]} */
  const KEYS = [
    ["j", "key_next", () => move(1)],
    ["k", "key_previous", () => move(-1)],
    ["o", "key_open", () => press(current()?.querySelector("h3 a"))],
    ["s", "key_star", () => press((current() ?? document.getElementById("yours"))?.querySelector(".star"))],
    ["/", "key_search", find],
    [BACK, "key_back", () => step("prev")],
    [FORWARD, "key_forward", () => step("next")],
    ["?", "key_help", help],
  ];
  const SHOWN = { ArrowLeft: "←", ArrowRight: "→" };

  let last = null; // the card that had the focus last
  let dialog = null;

  function off() {
    try {
      return localStorage.getItem(OFF) !== null;
    } catch {
      return false;
    }
  }

  function turn(on) {
    try {
      if (on) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      alert(text("not_kept"));
    }
  }

  const cards = () => [...document.querySelectorAll(".card")].filter((card) => card.checkVisibility());

  // The card of the focus, or the one that had it last: a click beside the list does not lose the place.
  function current() {
    const card = document.activeElement?.closest(".card") ?? last;
    return card?.isConnected && card.checkVisibility() ? card : null;
  }

  function move(by) {
    let shown = cards();
    const from = current();
    const to = from ? shown.indexOf(from) + by : by > 0 ? 0 : shown.length - 1;
    if (to >= shown.length) {
      press(document.querySelector(".more button:not([hidden] *)"));
      shown = cards();
    }
    const card = shown[to];
    if (!card) return;
    /** @type {HTMLElement} */ (card.querySelector("h3 a")).focus();
    card.scrollIntoView({ block: "nearest" });
  }

  function step(to) {
    press(document.querySelector(`.steps a[rel="${to}"]`));
  }

  function press(node) {
    node?.click();
  }

  function find() {
    const field = /** @type {HTMLInputElement} */ (document.getElementById("q") ?? document.getElementById("find"));
    field?.focus();
    field?.select();
  }

  function help() {
    dialog ??= makeHelp();
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  function makeHelp() {
    const rows = KEYS.map(([key, name]) => element("div", {},
      element("dt", {}, element("kbd", {}, SHOWN[key] ?? key)), element("dd", {}, text(name))));
    const box = element("input", { type: "checkbox" });
    box.checked = !off();
    box.addEventListener("change", () => turn(box.checked));
    const node = element("dialog", { class: "help", "aria-labelledby": "help" },
      element("h2", { id: "help" }, text("keys")), element("dl", {}, ...rows),
      element("label", {}, box, " ", text("keys_on")),
      button(text("keys_close"), () => node.close()));
    document.body.append(node);
    return node;
  }

  // A field takes every key; what scrolls sideways takes the arrows.
  function taken(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return true;
    if (target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return true;
    if (key.startsWith("Arrow") && (event.shiftKey || target.closest("pre, .scroll"))) return true;
    return Boolean(dialog?.open) && key !== "?";
  }

  document.addEventListener("keydown", (event) => {
    const [, , act] = KEYS.find(([key]) => key === event.key) ?? [];
    if (!act || taken(event) || off()) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) last = target.closest(".card") ?? last;
  });
  document.querySelector(".foot nav")?.append(button(text("keys"), help, { "aria-haspopup": "dialog" }));
})();
