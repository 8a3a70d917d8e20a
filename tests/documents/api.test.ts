import { describe, expect, it } from "vitest";

import { apiDocument } from "@/app/public-api/openapi.json/document";
import { AUDIT_ACTIONS } from "@/lib/audit-log/actions";
import { STATUS } from "@/lib/errors/codes";
import { REASONS } from "@/lib/errors/reasons";
import type { Allow } from "@/lib/public-api/operation";
import { registeredPaths } from "@/lib/public-api/registry";
import { agentData } from "@/lib/public-api/serializers/agent";
import { issuedKeyData } from "@/lib/public-api/serializers/api-key";

import { codeIn, readProjectFile, tableBelow } from "./project-files";

const api = readProjectFile("docs/api.md");

/** Who may call, as the table of endpoints writes it. */
const who = (allow: Allow) => (allow === "anyone" ? "anyone" : `${allow.key ? "key, " : ""}${allow.member}`);

/** The JSON examples below a heading. */
const examplesBelow = (heading: string) =>
  [...(api.split(new RegExp(`^#+ ${heading}$`, "m"))[1] ?? "").matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
    ([, json = ""]) => JSON.parse(json) as { data: unknown },
  );

describe("docs/api.md", () => {
  it("shows examples that fit the schemas of their responses", () => {
    expect(agentData.parse(examplesBelow("Create an agent")[0]?.data)).toMatchObject({ autonomy_type: "AGENTIC" });
    expect(issuedKeyData.parse(examplesBelow("Create an API key")[0]?.data)).toHaveProperty("key");
  });

  it("lists every error code with its status", () => {
    const documented = tableBelow(api, "Errors").map(([status, code]) => [codeIn(code)[0], Number(status)]);
    expect(Object.fromEntries(documented)).toEqual(STATUS);
  });

  it("lists every reason with the code it refines", () => {
    const documented = tableBelow(api, "Reasons").map(([reason, code]) => [codeIn(reason)[0], codeIn(code)[0]]);
    const known = Object.entries(REASONS).map(([reason, [code]]) => [reason, code]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(known));
  });

  it("lists every action of the audit log", () => {
    const documented = tableBelow(api, "Audit events").map(([action]) => codeIn(action)[0]);
    expect(documented.sort()).toEqual([...AUDIT_ACTIONS].sort());
  });

  it("lists every endpoint with who may call it", () => {
    apiDocument("https://neo.example");
    const offered = registeredPaths().flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { allow }]) => `${method} ${path}: ${who(allow)}`),
    );
    const documented = tableBelow(api, "Endpoints").map(([endpoint, allowed]) => `${codeIn(endpoint)[0]}: ${allowed}`);
    expect(documented.sort()).toEqual(offered.sort());
  });
});
