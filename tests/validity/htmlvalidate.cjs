// What html-validate checks. Each departure from its recommendations says why.
module.exports = {
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }], // both are HTML; ours is the shorter to read
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "reset", "submit"] }], // topics to tick
    "wcag/h32": "off", // the form for a paper makes its record as one types: there is nothing to submit
    "long-title": "off", // a page is called what its paper is called
    "no-implicit-button-type": "off", // a button in a form submits it: HTML says so, and we mean it
    // What scrolls is a region, but no section; a heat map is drawn as SVG and reads as a table.
    "prefer-native-element": ["error", { exclude: ["region", "table"] }],
    "require-sri": ["error", { target: "crossorigin" }], // our own files need no seal; others' we do not use
  },
};
