import { describe, expect, it } from "vitest";
import { z } from "zod";

import { agentFilterQuery } from "@/lib/agents/schemas";
import { AppError } from "@/lib/errors/app-error";
import { noQuery, pageQuery, parseQuery } from "@/lib/public-api/query";

const schema = z.strictObject({ ...agentFilterQuery, ...pageQuery });
const parse = (query: string) => parseQuery(schema, `http://localhost/public-api/agents${query}`);

function problems(query: string): unknown {
  try {
    parse(query);
  } catch (error) {
    if (error instanceof AppError && error.code === "BAD_REQUEST") return { ...(error.details?.parameters as object) };
    throw error;
  }
  throw new Error(`${query} was accepted`);
}

describe("parseQuery", () => {
  it("has defaults", () => {
    expect(parse("")).toEqual({ page_size: 50 });
    expect(parse("?")).toEqual({ page_size: 50 });
  });

  it("reads every filter", () => {
    expect(
      parse("?enabled=false&trigger_type=NONE&autonomy_type=AGENTIC&q=%20back+up%20&page_size=200&cursor=abc"),
    ).toEqual({
      enabled: false,
      trigger_type: "NONE",
      autonomy_type: "AGENTIC",
      q: "back up",
      page_size: 200,
      cursor: "abc",
    });
  });

  it.each(["page_size=1", "page_size=200"])("accepts %s", (query) => {
    expect(parse(`?${query}`)).toBeTruthy();
  });

  it.each(["0", "201", "-1", "1.5", "1e2", "", "0x10", "９", "99999999999999999999"])(
    "refuses page_size=%s",
    (size) => {
      expect(problems(`?page_size=${size}`)).toEqual({ page_size: "must be a whole number from 1 to 200" });
    },
  );

  it.each([
    ["enabled=yes", "enabled"],
    ["enabled=", "enabled"],
    ["trigger_type=scheduled", "trigger_type"],
    ["autonomy_type=constructor", "autonomy_type"],
    ["q=", "q"],
    ["q=%00", "q"],
    [`q=${"x".repeat(201)}`, "q"],
    ["cursor=", "cursor"],
    ["page_size=5&page_size=5", "page_size"],
    ["nonsense=1", "nonsense"],
    ["__proto__=1", "__proto__"],
    ["=", "query"],
    ["=1&=2", "query"],
    ["constructor=1", "constructor"],
    ["api_key=neo_sk_prod_AbCdEf0123456789AbCdEf01", "api_key"],
  ])("refuses %s and names %s", (query, name) => {
    expect(Object.keys(problems(`?${query}`) as object)).toEqual([name]);
  });

  it("names all invalid parameters together, without their values", () => {
    const found = problems("?nonsense=SECRET&page_size=SECRET&enabled=SECRET") as object;
    expect(Object.keys(found).sort()).toEqual(["enabled", "nonsense", "page_size"]);
    expect(JSON.stringify(found)).not.toContain("SECRET");
  });

  it("ignores parameters that name a tenant", () => {
    expect(parse("?tenant_id=x&tenantId=y&client_id=z&tenant=t&client=c")).toEqual({ page_size: 50 });
  });

  it("refuses every parameter if none is allowed", () => {
    expect(() => parseQuery(noQuery, "http://localhost/public-api/me?a=1")).toThrow(AppError);
  });
});
