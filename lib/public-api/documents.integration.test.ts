// Documents are stored exactly as sent, or refused with the path of the value that can't be stored.
import { readFileSync } from "node:fs";
import path from "node:path";

import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, it } from "vitest";

import { DELETE, GET, PUT } from "@/app/public-api/agents/[agent_id]/route";
import { GET as LIST, POST } from "@/app/public-api/agents/route";
import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import type { RouteHandler } from "@/lib/public-api/create-route";
import { newOrganisation } from "@/tests/support/people";
import { makeKey, receive } from "@/tests/support/public-api";

interface Data {
  readonly id: string;
}

let tenant: MemberActor;
let key: string;

beforeAll(async () => {
  tenant = await newOrganisation();
  ({ key } = await makeKey(tenant));
});

/** Sends a body as literal text. */
function sendText(handler: RouteHandler, method: string, text: string | null, id?: string, headers = {}) {
  const request = new Request(`http://localhost/public-api/agents${id ? `/${id}` : ""}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", ...headers },
    body: text,
  });
  return receive<Data>(handler, request, id ? { agent_id: id } : {});
}

const create = (toolbox: string, headers = {}) =>
  sendText(POST, "POST", `{"name":"A","trigger_type":"NONE","actions":[],"toolbox":${toolbox}}`, undefined, headers);

/** The raw bytes of a response's `data`. */
const dataOf = ({ text }: { text: string }) => text.slice(0, text.indexOf(',"meta":{"request_id"'));

describe("a number that a double can't represent", () => {
  it.each([
    ['{"ids":[1,12345678901234567890]}', "toolbox.ids.1"],
    ['{"a":{"b":9007199254740993}}', "toolbox.a.b"],
    ['{"rate":0.1000000000000000055511151231257827}', "toolbox.rate"],
    ['{"far":1e400}', "toolbox.far"],
    ['{"near":1e-400}', "toolbox.near"],
  ])("is refused with its path: %s", async (toolbox, at) => {
    const made = await create(toolbox);
    expect(made.status).toBe(422);
    expect(Object.keys(made.body.error.details.fields ?? {})).toEqual([at]);
    const { id } = (await create("{}")).body.data;
    const changed = await sendText(PUT, "PUT", `{"toolbox":${toolbox}}`, id);
    expect(changed.status).toBe(422);
    expect(Object.keys(changed.body.error.details.fields ?? {})).toEqual([at]);
  });
});

it("a field given twice is refused with its path", async () => {
  const made = await create('{"a":{"b":1,"b":2}}');
  expect(made.status).toBe(422);
  expect(made.body.error.details.fields).toEqual({ "toolbox.a.b": "is given more than once" });
});

describe("a stored document", () => {
  const documents = [
    '{"n":[1e308,1e20,5e-324,-1.5,1.50,100,0.1,9007199254740992]}',
    '{"b":1,"10":2,"9":3,"":[],"a":{},"\\u00e9\\u0001\\"\\\\/":"\\u007f\\u2028"}',
    "null",
    "{}",
    `{"many":[${Array<string>(10_000).fill("1e308").join(",")}]}`,
  ];

  it.each(documents)("has the same bytes in every operation: %#", async (toolbox) => {
    const headers = { "Idempotency-Key": uuidv7() };
    const made = await create(toolbox, headers);
    expect(made.status).toBe(201);
    expect((made.body.data as unknown as { toolbox: unknown }).toolbox).toEqual(JSON.parse(toolbox));
    const { id } = made.body.data;
    expect(dataOf(await create(toolbox, headers))).toBe(dataOf(made));
    expect(dataOf(await sendText(GET, "GET", null, id))).toBe(dataOf(made));
    const list = await receive<Data[]>(
      LIST,
      new Request("http://localhost/public-api/agents?page_size=1", { headers: { Authorization: `Bearer ${key}` } }),
    );
    expect(dataOf(list)).toBe(`${dataOf(made).replace('{"data":', '{"data":[')}]`);
    const put = await sendText(PUT, "PUT", `{"toolbox":${toolbox}}`, id);
    expect(dataOf(put)).toBe(dataOf(made));
  });

  it("with a negative zero is unchanged when sent again", async () => {
    const { id } = (await create('{"n":-0}')).body.data;
    const before = await prisma().auditEvent.count({ where: { tenantId: tenant.tenantId } });
    expect((await sendText(PUT, "PUT", '{"toolbox":{"n":-0}}', id)).status).toBe(200);
    expect(await prisma().auditEvent.count({ where: { tenantId: tenant.tenantId } })).toBe(before);
  });
});

describe("an agent's name that isn't a string", () => {
  it.each([
    '{"length":{"toString":null}}',
    '{"length":5}',
    '[{"length":null}]',
    '{"length":{"valueOf":1,"toString":2}}',
  ])("is refused with 422: %s", async (name) => {
    const made = await sendText(POST, "POST", `{"name":${name},"trigger_type":"NONE","actions":[]}`);
    expect(made.status).toBe(422);
    const { id } = (await create("{}")).body.data;
    expect((await sendText(PUT, "PUT", `{"name":${name}}`, id)).status).toBe(422);
  });
});

describe("meta.warnings", () => {
  it("names unknown fields of an accepted body", async () => {
    const body = '{"name":"A","trigger_type":"NONE","actions":[{"x":1}],"enabeld":false,"tenant_id":"x"}';
    const made = await sendText(POST, "POST", body);
    expect(made.status).toBe(201);
    expect(made.body.meta.warnings).toEqual([
      { code: "unknown_field", message: "Unknown field, ignored. Did you mean enabled?", path: "enabeld" },
      { code: "unknown_field", message: "Unknown field, ignored.", path: "tenant_id" },
    ]);
  });

  it.each([
    [
      '{"force":true}',
      { code: "unknown_field", path: "force", message: "This operation takes no body. The field was ignored." },
    ],
    ["[1]", { code: "unexpected_body", message: "This operation takes no body. The body was ignored." }],
    ["name=x", { code: "unexpected_body", message: "This operation takes no body. The body was ignored." }],
  ])("names what was sent to an operation without a body: %s", async (body, warning) => {
    const { data } = (await create("{}")).body;
    const person = await newOrganisation();
    expect(person.role).toBe("Admin");
    const gone = await sendText(DELETE, "DELETE", body, data.id);
    expect(gone.status).toBe(200);
    expect(gone.body.meta.warnings).toEqual([warning]);
  });

  it.each([
    ['{"":1}', '""'],
    ['{"\\u200b":1}', '""'],
  ])("writes a name without visible characters as two quotes: %s", async (body, at) => {
    const { id } = (await create("{}")).body.data;
    expect((await sendText(PUT, "PUT", body, id)).body.meta.warnings).toMatchObject([{ path: at }]);
    const refused = await sendText(PUT, "PUT", '{"":"\\u0000"}', id);
    expect(Object.keys(refused.body.error.details.fields ?? {})).toEqual(['""']);
  });

  it("is empty if nothing was ignored", async () => {
    expect((await create("{}")).body.meta.warnings).toEqual([]);
    const { data } = (await create("{}")).body;
    expect((await sendText(DELETE, "DELETE", "{}", data.id)).body.meta.warnings).toEqual([]);
  });
});

describe("the migration to documents as text", () => {
  it("writes the jsonb value as JavaScript would", async () => {
    const folder = path.join("prisma", "migrations", "20261125100000_documents_as_text");
    const sql = readFileSync(path.join(folder, "migration.sql"), "utf8");
    const [, create = ""] = /(CREATE FUNCTION[^]*?\$\$;)/.exec(sql) ?? [];
    const documents = [
      [1e308, 5e-324, 1e21, 999999999999999900000, 0.000001, 1.5e-7, -0.5, 0, -1e30, 1.7976931348623157e308],
      {
        b: 1,
        10: 2,
        9: 3,
        "": [],
        a: {},
        4294967295: 1,
        "01": 2,
        4294967294: [null, true, false, '\u0001\n"é\u007f/\\'],
      },
      "text",
      null,
      [],
    ];
    await prisma().$transaction(async (tx) => {
      await tx.$executeRawUnsafe(create);
      for (const document of documents) {
        const text = JSON.stringify(document);
        const [row] = await tx.$queryRawUnsafe<{ kept: string }[]>(
          "select pg_temp.as_javascript($1::jsonb) as kept",
          text,
        );
        // In jsonb's order of fields, which isn't the order that was sent.
        expect(JSON.parse(row?.kept ?? "")).toEqual(document);
        expect(JSON.stringify(JSON.parse(row?.kept ?? ""))).toBe(row?.kept);
      }
      await tx.$executeRawUnsafe("drop function pg_temp.as_javascript(jsonb)");
    });
  });
});
