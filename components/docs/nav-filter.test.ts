import { describe, expect, it } from "vitest";

import { filterSections, type NavSection } from "./nav-filter";

const SECTIONS: readonly NavSection[] = [
  {
    id: "tag-agents",
    title: "Agents",
    entries: [
      { id: "listagents", title: "List agents", words: "GET /public-api/agents" },
      { id: "createagent", title: "Create an agent", words: "POST /public-api/agents" },
    ],
  },
  { id: "errors", title: "Errors", onlySearched: true, entries: [{ id: "error-expired", title: "expired" }] },
];

const found = (search: string) =>
  filterSections(SECTIONS, search).flatMap(({ id, entries }) => [id, ...entries.map((entry) => entry.id)]);

describe("filterSections", () => {
  it.each([
    ["", ["tag-agents", "listagents", "createagent", "errors"]],
    ["  ", ["tag-agents", "listagents", "createagent", "errors"]],
    ["CREATE agent", ["tag-agents", "createagent"]],
    ["post /public-api", ["tag-agents", "createagent"]],
    ["expired", ["errors", "error-expired"]],
    ["errors", ["errors"]],
    ["nothing of it", []],
  ])("finds what has every word of %j", (search, ids) => {
    expect(found(search)).toEqual(ids);
  });
});
