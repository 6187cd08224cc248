// The form "Add a paper": what is wrong with a value, by the rules of the schema.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load, TWINS } from "./page.js";

const record = load("record.js")("record");

test("a fault is told by the rule that a value breaks", () => {
  const date = { type: "string", pattern: "^\\d{4}(-\\d\\d(-\\d\\d)?)?$" };
  const number = { type: "integer", maximum: 999_999_999 };
  for (const [value, rule, fault] of [
    ["2025-02-28", date, ""], ["2024-02-29", date, ""], ["0099-12-31", date, ""],
    ["2025-02-29", date, "not_in_calendar"], ["2025-13", date, "not_in_calendar"], ["4 May", date, "not_readable"],
    ["7", number, ""], ["1000000000", number, "not_number"], ["-1", number, "not_number"], ["1e3", number, "not_number"],
    ["𝒳𝒳", { type: "string", maxLength: 2 }, ""], ["xxx", { type: "string", maxLength: 2 }, "too_many"],
    [["a", "xxx"], { type: "array", items: { type: "string", maxLength: 2 } }, "too_many"],
    [{ code: "x" }, { type: "object", properties: { code: { pattern: "^http" } } }, "not_readable"],
    ["x", { enum: ["a"] }, "not_known"],
    ["xxx", { oneOf: [{ type: "object" }, { type: "string", maxLength: 2 }] }, "too_many"],
  ]) {
    assert.equal(record.faultOf(value, rule), fault, JSON.stringify(value));
  }
});

test("a slug that a person chose is refused for what is wrong with it", () => {
  for (const [slug, fault] of [
    ["", "no_slug"], ["a-1", ""], ["A", "not_slug"], ["a--b", "not_slug"], ["é", "not_slug"], ["con", "reserved_slug"], ["old", "taken_slug"],
    ["x".repeat(80), ""], ["x".repeat(81), "too_many"],
  ]) {
    assert.equal(record.slugFaultOf(slug, TWINS.rules.slug, new Set(["old"])), fault, slug);
  }
});

test("every field of a record can be written, in quotes where YAML would take it for something else", () => {
  const lists = ["authors", "editors", "organizations", "topics", "formerly"];
  const own = ["links", "abstract", "summary", "author_count", "upvotes", "comments"]; // written in ways of their own
  for (const name of TWINS.rules.fields.filter((each) => !own.includes(each))) {
    for (const value of ["a: b", "# x", "'", "[x", "- x", "*x", "x #y"]) {
      const text = record.textOf({ [name]: lists.includes(name) ? [value] : value }, TWINS.rules.fields);
      const quoted = lists.includes(name) ? `["${value}"]` : `"${value}"`;
      assert.equal(text, `---\n${name}: ${quoted}\n---\n`);
    }
  }
});
