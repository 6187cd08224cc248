// A page at a former address leads on by itself; what this adds is that filters and places in the address go along.
"use strict";

if (location.search || location.hash) {
  const target = /** @type {HTMLAnchorElement} */ (document.getElementById("target"));
  location.replace(target.href + location.search + location.hash);
}
