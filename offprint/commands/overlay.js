// What serve adds to every page: it reloads the page on a change, and shows faults of the content over it.
"use strict";

(() => {
  const STYLE = {
    position: "fixed", inset: "auto 0 0 0", zIndex: "2147483647", maxHeight: "60vh", overflow: "auto",
    margin: "0", padding: "1rem 1.25rem", background: "#2b1111", color: "#fff", borderTop: "4px solid #e5484d",
    font: "14px/1.5 ui-monospace, monospace", textAlign: "left", direction: "ltr",
  };
  let panel = null;

  /** Show the messages of a build that failed, or take the panel away where there are none. */
  function show(messages) {
    panel?.remove();
    panel = null;
    if (!messages.length) return;
    panel = document.createElement("section");
    panel.setAttribute("role", "alert");
    panel.id = "offprint-faults";
    Object.assign(panel.style, STYLE);
    const title = document.createElement("strong");
    title.textContent = "These faults keep the site as it was";
    panel.append(title);
    for (const message of messages) {
      const text = document.createElement("pre");
      text.textContent = message;
      Object.assign(text.style, { margin: "0.75rem 0 0", whiteSpace: "pre-wrap", background: "none", color: "inherit", font: "inherit", border: "0", padding: "0" });
      panel.append(text);
    }
    document.body.append(panel);
  }

  const events = new EventSource("/.offprint/events");
  events.onmessage = () => location.reload();
  events.addEventListener("failure", (event) => show(JSON.parse(event.data)));
})();
