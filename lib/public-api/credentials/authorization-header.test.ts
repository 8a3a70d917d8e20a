import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors/app-error";
import { bearerToken } from "@/lib/public-api/credentials/authorization-header";

const KEY = "neo_sk_prod_AbCdEf0123456789AbCdEf01";

function refusal(header: string | null): AppError {
  try {
    bearerToken(header);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${header} was accepted`);
}

describe("bearerToken", () => {
  it.each([`Bearer ${KEY}`, `bearer ${KEY}`, `BEARER ${KEY}`, `bEaReR   ${KEY}`])("reads %s", (header) => {
    expect(bearerToken(header)).toBe(KEY);
  });

  it("reads a token with padding and every character RFC 6750 allows", () => {
    expect(bearerToken("Bearer aZ09-._~+/==")).toBe("aZ09-._~+/==");
  });

  it.each([null, "", "Bearer", "Bearer ", "bearer   "])("reports %j as having no credential", (header) => {
    expect(refusal(header)).toMatchObject({ code: "UNAUTHORIZED", reason: "missing" });
  });

  it.each([
    `Basic ${KEY}`,
    KEY,
    `Bearer:${KEY}`,
    `Bearer\t${KEY}`,
    `Bearer ${KEY} `,
    `Bearer ${KEY} x`,
    `Bearer ${KEY}\0`,
    `Bearer \0${KEY}`,
    `Bearer ${KEY}\n`,
    `Bearer "${KEY}"`,
    `Bearer ${KEY}é`,
    ` Bearer ${KEY}`,
  ])("refuses %j as malformed", (header) => {
    expect(refusal(header)).toMatchObject({ code: "UNAUTHORIZED", reason: "malformed" });
  });

  it("reads a header of 8,192 characters and refuses one of 8,193", () => {
    const longest = `Bearer ${"a".repeat(8_192 - 7)}`;
    expect(bearerToken(longest)).toHaveLength(8_185);
    expect(refusal(`${longest}a`)).toMatchObject({ code: "UNAUTHORIZED", reason: "malformed" });
  });

  it.each([`Bearer ${KEY}, Bearer ${KEY}`, `Bearer ${KEY},`, ",", `Basic x, Bearer ${KEY}`])(
    "refuses %j as a repeated header",
    (header) => {
      expect(refusal(header)).toMatchObject({ code: "BAD_REQUEST" });
    },
  );

  it("never echoes what was sent", () => {
    for (const header of [`Basic ${KEY}`, `Bearer ${KEY} x`, `Bearer ${KEY}, Bearer ${KEY}`]) {
      expect(JSON.stringify([refusal(header).message, refusal(header).details])).not.toContain("AbCdEf");
    }
  });
});
