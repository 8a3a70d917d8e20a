import { describe, expect, it } from "vitest";

import type { Found } from "@/lib/command-palette/search";

import { entryGroups, readTyped } from "./items";
import type { Visit } from "./recent";

const NONE: Found = { keys: [], agents: [], members: [] };
const BILLING = { id: "1", name: "Billing export", display: "neo_sk_prod_…AbCd", status: "active" } as const;
const VISITS: Visit[] = [
  { kind: "key", label: "Billing export", href: "/roles-access/api-keys/1" },
  { kind: "agent", label: "Triage", href: "/agents/2" },
];

/** The headings with the labels below them. */
function shown(
  text: string,
  { isAdmin = true, found, of = text }: { isAdmin?: boolean; found?: Partial<Found>; of?: string } = {},
) {
  const results = found ? { of: readTyped(of, isAdmin), found: { ...NONE, ...found } } : null;
  const typed = readTyped(text, isAdmin);
  return Object.fromEntries(
    entryGroups({ typed, isAdmin, recent: VISITS, here: "/agents/2", results }).map(({ heading, entries }) => [
      heading,
      entries.map(({ label }) => label),
    ]),
  );
}

describe("readTyped", () => {
  it.each([
    ["", null, ""],
    [" billing ", null, "billing"],
    ["rotate", null, "rotate"],
    ["Rotate ", "rotate", ""],
    ["  REVOKE  billing export ", "revoke", "billing export"],
    ["rotated", null, "rotated"],
  ])("%j", (text, verb, search) => expect(readTyped(text, true)).toEqual({ verb, search }));

  it("is a plain search for anyone but an admin", () => {
    expect(readTyped("rotate billing", false)).toEqual({ verb: null, search: "rotate billing" });
  });
});

describe("entryGroups", () => {
  it("starts with what was opened lately, except the page that is shown, then actions and pages", () => {
    expect(shown("")).toEqual({
      Recent: ["Billing export"],
      Actions: ["Create API key", "Invite a member", "Rotate a key…", "Revoke a key…", "Keyboard shortcuts"],
      Pages: [
        "Agents",
        "API Keys",
        "Applications",
        "Members",
        "Audit log",
        "Quickstart",
        "API reference",
        "Your sessions",
      ],
    });
  });

  it("shows Users and Viewers only what they may open", () => {
    expect(shown("", { isAdmin: false })).toMatchObject({
      Actions: ["Keyboard shortcuts"],
      Pages: ["Agents", "Quickstart", "API reference", "Your sessions"],
    });
  });

  it("finds pages and actions by every word, in any order and case", () => {
    expect(shown("KEY api")).toEqual({
      Actions: ["Create API key", "Rotate a key…", "Revoke a key…"],
      Pages: ["API Keys"],
    });
    expect(shown("roles")).toEqual({ Pages: ["API Keys", "Applications", "Members", "Audit log"] });
    expect(shown("nothing of the kind")).toEqual({});
  });

  it("adds what the server found", () => {
    const found: Found = {
      keys: [BILLING],
      agents: [{ id: "2", name: "Billing agent" }],
      members: [{ name: "Bill", email: "bill@contoso.example", role: "User", status: "invited" }],
    };
    expect(shown("bill", { found })).toEqual({
      "API keys": ["Billing export"],
      Agents: ["Billing agent"],
      Members: ["Bill"],
    });
    const groups = entryGroups({
      typed: readTyped("bill", true),
      isAdmin: true,
      recent: [],
      here: "/",
      results: { of: readTyped("bill", true), found },
    });
    expect(groups.flatMap(({ entries }) => entries)).toMatchObject([
      { detail: "neo_sk_prod_…AbCd · Active", command: { kind: "open", href: "/roles-access/api-keys/1" } },
      { command: { kind: "open", href: "/agents/2" } },
      {
        detail: "bill@contoso.example · User, invited",
        command: { kind: "open", href: expect.stringMatching(/^\/roles-access\/members\?q=bill/) as string },
      },
    ]);
  });

  it("offers to rotate or revoke the keys found, and nothing else", () => {
    expect(shown("rotate bill", { found: { keys: [BILLING] } })).toEqual({ "API keys": ["Rotate Billing export"] });
    expect(shown("Rotate ")).toEqual({});
    const [group] = entryGroups({
      typed: readTyped("revoke bill", true),
      isAdmin: true,
      recent: [],
      here: "/",
      results: { of: readTyped("revoke bill", true), found: { ...NONE, keys: [BILLING] } },
    });
    expect(group?.entries[0]?.command).toEqual({
      kind: "dialog",
      path: "/roles-access/api-keys/1",
      dialog: "revoke",
    });
  });

  it("keeps results of the search before only as far as they match", () => {
    const found = { keys: [BILLING], agents: [{ id: "2", name: "Bilge" }] };
    expect(shown("billi", { found, of: "bil" })).toEqual({ "API keys": ["Billing export"] });
    expect(shown("b", { found, of: "bil" })).not.toHaveProperty("Agents");
    expect(shown("rotate bil", { found, of: "bil" })).toEqual({});
  });
});
