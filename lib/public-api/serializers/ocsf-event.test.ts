import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { AUDIT_ACTIONS, AUDIT_LABELS } from "@/lib/audit-log/actions";
import type { AuditEventModel } from "@/lib/generated/prisma/models";
import { OCSF_ACTIONS, ocsfEventData, serializeOcsfEvent } from "@/lib/public-api/serializers/ocsf-event";

/** Of https://schema.ocsf.io/1.3.0: the activities and the required attributes of classes. */
const SCHEMA: Readonly<Record<number, { activities: Record<number, string>; required: string[] }>> = {
  3001: { activities: { 1: "Create", 2: "Enable", 5: "Disable", 6: "Delete" }, required: ["user"] },
  // One of service and dst_endpoint.
  3002: { activities: { 1: "Logon", 2: "Logoff" }, required: ["user", "service"] },
  3004: { activities: { 1: "Create", 2: "Read", 3: "Update", 4: "Delete" }, required: ["entity"] },
  3005: { activities: { 1: "Assign Privileges", 2: "Revoke Privileges" }, required: ["user", "privileges"] },
  6003: {
    activities: { 1: "Create", 2: "Read", 3: "Update", 4: "Delete" },
    required: ["actor", "api", "src_endpoint"],
  },
};
const BASE = ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"];

const ID = "0190a1b2-0000-7000-8000-00000000000d";

const rowOf = (action: string, change: Partial<AuditEventModel> = {}): AuditEventModel => ({
  id: ID,
  tenantId: "0190a1b2-0000-7000-8000-000000000001",
  seq: 7n,
  at: new Date("2026-11-01T09:00:00.123Z"),
  action,
  actorKind: "MEMBER",
  actorId: "0190a1b2-0000-7000-8000-00000000000c",
  actorName: "Ada Admin",
  targetType: action.split(".")[0] ?? "",
  targetId: "0190a1b2-0000-7000-8000-00000000000b",
  targetName: "Target",
  requestId: "6b2f0f5e-8f0e-4c52-9c3b-6f6f1a4b8f10",
  clientAddress: "192.0.2.7",
  userAgent: "curl/8.5.0",
  details: {},
  prevHash: new Uint8Array(32),
  hash: new Uint8Array(32),
  ...change,
});

describe("an event in OCSF", () => {
  it.each(AUDIT_ACTIONS)("%s has a class, an activity of it and what the class requires", (action) => {
    expect(OCSF_ACTIONS).toHaveProperty([action]);
    for (const change of [{}, { clientAddress: null, userAgent: null, actorKind: "API_KEY" as const }]) {
      const event = serializeOcsfEvent(rowOf(action, change));
      expect(ocsfEventData.strict().parse(event)).toEqual(event);
      const { activities, required } = SCHEMA[event.class_uid] ?? { activities: {}, required: ["a known class"] };
      for (const name of [...BASE, ...required]) expect(event, name).toHaveProperty([name]);
      expect(event.activity_name).toBe(event.activity_id === 99 ? AUDIT_LABELS[action] : activities[event.activity_id]);
      expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
      expect(event.category_uid).toBe(Math.floor(event.class_uid / 1_000));
      expect(event.time).toBe(Date.parse("2026-11-01T09:00:00.123Z"));
      expect(event.metadata).toMatchObject({ version: "1.3.0", uid: ID, event_code: action, sequence: 7 });
      // An endpoint has at least one attribute.
      if (event.src_endpoint) expect(Object.keys(event.src_endpoint)).toHaveLength(1);
    }
  });

  it("says of refusals that they failed, and who was signed out by whom", () => {
    for (const action of AUDIT_ACTIONS) {
      const { status_id, severity_id } = serializeOcsfEvent(rowOf(action));
      expect([status_id, severity_id], action).toEqual(action.endsWith(".refused") ? [2, 2] : [1, 1]);
    }
    const member_id = "0190a1b2-0000-7000-8000-0000000000aa";
    const ended = serializeOcsfEvent(rowOf("session.ended", { details: { member_id, reason: "ended_by_admin" } }));
    expect([ended.user?.uid, ended.user?.name, ended.actor.user.name]).toEqual([member_id, undefined, "Ada Admin"]);
    expect(ended.status_detail).toBe("ended_by_admin");
    const changed = serializeOcsfEvent(rowOf("member.role_changed", { details: { from: "User", to: "Admin" } }));
    expect(changed.privileges).toEqual(["Admin"]);
  });

  it("is made of an action that a newer release wrote", () => {
    const event = serializeOcsfEvent(rowOf("key_group.merged"));
    expect([event.type_uid, event.activity_name]).toEqual([300_499, "key_group.merged"]);
    expect(ocsfEventData.strict().parse(event)).toEqual(event);
  });

  it("is documented: the table of docs/api.md has every action", () => {
    const text = readFileSync(path.join(import.meta.dirname, "../../../docs/api.md"), "utf8");
    const rows = text.matchAll(/^\| `([a-z_]+\.[a-z_]+)` +\| (\d{4}) ([^|]+?) +\| (\d+) ([^|]+?) +\|$/gm);
    const documented = Object.fromEntries(
      Array.from(rows, ([, action = "", uid, name, id, activity]) => [
        action,
        [Number(uid), name, Number(id), activity],
      ]),
    );
    const made = AUDIT_ACTIONS.map((action) => {
      const { class_uid, class_name, activity_id } = serializeOcsfEvent(rowOf(action));
      return [action, [class_uid, class_name, activity_id, OCSF_ACTIONS[action][1]]];
    });
    expect(documented).toEqual(Object.fromEntries(made));
  });
});
