import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { describe, expect, it } from "vitest";

import type { AuditEventModel } from "@/lib/generated/prisma/models";

import { type ExportedChain, exportHead, exportLine, exportStream } from "./export";

type Batches = AsyncGenerator<AuditEventModel[], ExportedChain, undefined>;

const event: AuditEventModel = {
  id: "0190a1b2-0000-7000-8000-00000000000d",
  tenantId: "0190a1b2-0000-7000-8000-000000000001",
  seq: 7n,
  at: new Date("2026-11-01T09:00:00.000Z"),
  action: "api_key.created",
  actorKind: "MEMBER",
  actorId: "0190a1b2-0000-7000-8000-00000000000c",
  actorName: "=cmd|' /C calc'!A0",
  targetType: "api_key",
  targetId: "0190a1b2-0000-7000-8000-00000000000b",
  targetName: 'Billing, "export"\nscript',
  requestId: "6b2f0f5e-8f0e-4c52-9c3b-6f6f1a4b8f10",
  clientAddress: null,
  userAgent: "curl/8.5.0",
  details: { last4: "Ef01", expires_at: null },
  prevHash: new Uint8Array(32),
  hash: new Uint8Array(32).fill(255),
};

describe("exportLine", () => {
  it("has the header's fields in the header's order", () => {
    expect(exportHead("csv")).toBe(
      "\ufeffplace,time,action,actor_kind,actor_id,actor_name,target_type,target_id,target_name,request_id,client_address,user_agent,details,event_id,previous_hash,hash\r\n",
    );
    expect(exportLine("csv", event)).toBe(
      [
        "7,2026-11-01T09:00:00.000Z,api_key.created,member,0190a1b2-0000-7000-8000-00000000000c",
        `"'=cmd|' /C calc'!A0",api_key,0190a1b2-0000-7000-8000-00000000000b,"Billing, ""export""\nscript"`,
        '6b2f0f5e-8f0e-4c52-9c3b-6f6f1a4b8f10,,curl/8.5.0,"{""last4"":""Ef01"",""expires_at"":null}"',
        `0190a1b2-0000-7000-8000-00000000000d,${"00".repeat(32)},${"ff".repeat(32)}\r\n`,
      ].join(","),
    );
  });

  it("neutralises names, addresses and user agents", () => {
    const evil = "x;=1+1";
    const line = exportLine("csv", {
      ...event,
      actorName: evil,
      targetName: evil,
      clientAddress: evil,
      userAgent: evil,
    });
    expect(line.match(/;'=1\+1/g)).toHaveLength(4);
    expect(line).not.toContain(";=");
  });

  it("is one line of JSON with every value as stored", () => {
    const line = exportLine("ndjson", event);
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({
      tenant_id: event.tenantId,
      place: 7,
      actor_name: event.actorName,
      target_name: event.targetName,
      client_address: null,
      details: event.details,
      hash: "ff".repeat(32),
    });
  });
});

describe("exportStream", () => {
  /** Endless batches that count reads and record when the consumer stops. */
  function endless() {
    const state = { asked: 0, closed: false };
    async function* batches(): Batches {
      try {
        for (;;) {
          state.asked += 1;
          yield await Promise.resolve([event, event]);
        }
      } finally {
        state.closed = true;
      }
    }
    return { state, batches: batches() };
  }

  it("reads at most one batch ahead of the client, and stops when the client disconnects", async () => {
    const { state, batches } = endless();
    const reader = exportStream("ndjson", batches).getReader();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(state.asked).toBe(1);
    for (let n = 0; n < 5; n++) expect((await reader.read()).value?.length).toBeGreaterThan(100);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(state.asked).toBe(6);
    expect(state.closed).toBe(false);
    await reader.cancel();
    expect(state.closed).toBe(true);
  });

  it("fails the download when a batch can't be read, instead of ending it as if complete", async () => {
    async function* batches(): Batches {
      yield await Promise.resolve([event]);
      throw new Error("the database went away");
    }
    await expect(new Response(exportStream("csv", batches())).text()).rejects.toThrow("went away");
  });

  const chain = { seq: 9n, hash: new Uint8Array(32).fill(9) };

  it.each([0, 1, 500])("ends with a line with the count of %i rows and the chain's hash", async (rows) => {
    async function* batches() {
      await Promise.resolve();
      if (rows > 0) yield Array<AuditEventModel>(rows).fill(event);
      return chain;
    }
    const end = {
      action: "export.completed",
      details: { rows, chain_place: 9 },
      previous_hash: (rows > 0 ? "ff" : "00").repeat(32),
      hash: "09".repeat(32),
    };
    const lines = (await new Response(exportStream("ndjson", batches())).text()).trimEnd().split("\n");
    expect(lines).toHaveLength(rows + 1);
    const last = JSON.parse(lines.at(-1) ?? "") as object;
    expect(Object.keys(last)).toEqual(Object.keys(JSON.parse(exportLine("ndjson", event)) as object));
    expect(last).toMatchObject({ ...end, place: null, time: null, event_id: null });
    const csv = await new Response(exportStream("csv", batches())).text();
    const empty = ",".repeat(10);
    const details = `"{""rows"":${rows},""chain_place"":9}"`;
    expect(csv.endsWith(`\n,,export.completed${empty}${details},,${end.previous_hash},${end.hash}\r\n`)).toBe(true);
  });

  it("lacks that last line when truncated at any point", async () => {
    async function* batches() {
      yield await Promise.resolve([event, event]);
      return chain;
    }
    for (const format of ["csv", "ndjson"] as const) {
      const whole = await new Response(exportStream(format, batches())).text();
      // Except for the last line break, which isn't content.
      const line =
        format === "csv"
          ? /^,,export\.completed,{10}".*",,[0-9a-f]{64},[0-9a-f]{64}$/
          : /^\{.*"action":"export\.completed".*,"hash":"[0-9a-f]{64}"\}$/;
      const ends = (text: string) => line.test(text.trimEnd().split("\n").at(-1) ?? "");
      expect(ends(whole)).toBe(true);
      for (let length = 0; length < whole.trimEnd().length; length++) expect(ends(whole.slice(0, length))).toBe(false);
    }
  });

  const checkOf = (file: string) =>
    new RegExp(`^tail -n 1 ${file.replace(".", "\\.")} .*$`, "m").exec(
      readFileSync("docs/operations.md", "utf8"),
    )?.[0] ?? "";
  const hasJq = spawnSync("jq", ["--version"]).status === 0;

  it.each([["csv", 2] as const, ...(hasJq ? [["ndjson", 0] as const] : [])])(
    "the documented check of %s accepts a complete file, and none that lacks more than its last %i bytes",
    async (format, spare) => {
      const forged = { ...event, targetName: "x\n,,export.completed," };
      async function* batches(rows: AuditEventModel[]) {
        await Promise.resolve();
        if (rows.length > 0) yield rows;
        return chain;
      }
      const fileOf = async (rows: AuditEventModel[]) =>
        Buffer.from(await new Response(exportStream(format, batches(rows))).arrayBuffer());
      const cwd = mkdtempSync(path.join(tmpdir(), "neo-export-"));
      const passes = (content: Buffer) => {
        writeFileSync(path.join(cwd, `audit-log.${format}`), content);
        return spawnSync("sh", ["-c", checkOf(`audit-log.${format}`)], { cwd }).status === 0;
      };
      try {
        for (const rows of [[], [{ ...event, targetName: "export.completed" }]])
          expect(passes(await fileOf(rows))).toBe(true);
        const whole = await fileOf([forged]);
        for (const lost of [1, 2, 20, 64, 66, 100, 180, 200, 300])
          expect(passes(whole.subarray(0, -spare - lost)), String(lost)).toBe(false);
        const text = whole.toString("utf8");
        expect(passes(Buffer.from(text.slice(0, text.indexOf("export.completed,") + 17)))).toBe(false);
        expect(passes(Buffer.alloc(0))).toBe(false);
      } finally {
        rmSync(cwd, { recursive: true });
      }
    },
  );
});
