import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors/app-error";
import { bearerToken } from "@/lib/public-api/credentials/authorization-header";
import { malformedCredential, missingCredential } from "@/lib/public-api/credentials/malformed-credential";

const SECRET = "AbCdEf0123456789AbCdEf01";
const KEY = `neo_sk_prod_${SECRET}`;
/** A field as Node passes it on: UTF-8 bytes decoded as Latin-1. */
const wire = (text: string) => Buffer.from(text, "utf8").toString("latin1");

describe("malformedCredential", () => {
  it.each<[string, RegExp]>([
    [`Bearer "${KEY}"`, /quotation marks/],
    [`Bearer '${KEY}'`, /quotation marks/],
    [`Bearer \`${KEY}\``, /quotation marks/],
    [`Bearer “${KEY}”`, /quotation marks/],
    [`Bearer ${KEY}"`, /quotation marks/],
    [`"Bearer ${KEY}"`, /quotation marks/],
    [`Bearer Bearer ${KEY}`, /Bearer twice/],
    [`Bearer bearer:${KEY}`, /Bearer twice/],
    ["Bearer $NEO_API_KEY", /variable/],
    ["Bearer ${NEO_API_KEY}", /variable/],
    ["Bearer $(NEO_API_KEY)", /variable/],
    ["Bearer %NEO_API_KEY%", /variable/],
    ["Bearer {{token}}", /variable/],
    ["Bearer $env:NEO_API_KEY", /variable/],
    ["Bearer <your key>", /variable/],
    ["Bearer YOUR_API_KEY", /variable/],
    ["Bearer process.env.NEO_API_KEY", /variable/],
    ["Bearer '$NEO_API_KEY'", /variable/],
    ["Bearer undefined", /not set/],
    ["Bearer null", /not set/],
    ["Bearer None", /not set/],
    ["Bearer [object Object]", /not set/],
    ["Bearer neo_sk_prod_…Ef01", /shortened form/],
    ["Bearer neo_sk_prod_...Ef01", /shortened form/],
    ["Bearer neo_sk_prod_****", /shortened form/],
    ["Bearer neo_sk_prod_••••Ef01", /shortened form/],
    [`Bearer ${KEY.slice(0, -1)}`, /has 23 characters after its prefix, expected 24: was it cut off\?/],
    [`Bearer ${KEY}x`, /has 25 characters after its prefix, expected 24: is something attached/],
    ["Bearer neo_sk_prod_", /has 0 characters after its prefix/],
    [`Bearer ${KEY}\\n`, /written as text/],
    [`Bearer ${KEY}\\r\\n`, /written as text/],
    [`Bearer ${KEY}%0A`, /written as text/],
    [`Basic ${Buffer.from(`${KEY}:`).toString("base64")}`, /Basic scheme/],
    [KEY, /no scheme/],
    [`Token ${KEY}`, /another scheme/],
    [`ApiKey ${KEY}`, /another scheme/],
    [`Bearer:${KEY}`, /one blank/],
    [`Bearer${KEY}`, /one blank/],
    [`Authorization: Bearer ${KEY}`, /own name/],
    [`Bearer NEO_SK_PROD_${SECRET}`, /capital/],
    [`Bearer Neo_sk_prod_${SECRET}`, /capital/],
    [`Bearer neo_sk_PROD_${SECRET}`, /environment in the API key/],
    [`Bearer neo_sk_${SECRET}`, /lacks a part/],
    [`Bearer neo-sk-prod-${SECRET}`, /another prefix/],
    [`Bearer ${SECRET}`, /lacks its prefix/],
    [`Bearer ${"0a".repeat(32)}`, /hash/],
    [`Bearer neo_sk_prod_AbCdEf-123456789AbCdEf01`, /other than letters and digits/],
    [`Bearer ${KEY.replaceAll("_", "%5F")}`, /percent-encoded/],
    [`Bearer ${Buffer.from(KEY).toString("base64")}`, /Base64/],
    [`Bearer {"key":"${KEY}"}`, /JSON/],
    [`Bearer {"id":"1","key":"${KEY}"}`, /JSON/],
    [`Bearer ${KEY} x`, /blank or a line break in it/],
    [`Bearer neo_sk_prod_AbCdEf012345 6789AbCdEf01`, /blank or a line break in it/],
    [`Bearer ${KEY}é`, /non-ASCII/],
    [`Bearer ${KEY}\u200b`, /non-ASCII/],
    [`Bearer „${KEY}“`, /quotation marks/],
    [`Bearer ´${KEY}´`, /quotation marks/],
    [`Bearer ＂${KEY}＂`, /quotation marks/],
    [`\ufeffBearer ${KEY}`, /begins with an invisible/],
    [`\u00a0Bearer ${KEY}`, /begins with an invisible/],
    [`Bearer ${KEY}\u00a0`, /blank or a line break/],
    [`OAuth ${KEY}`, /another scheme/],
    [`X-Api-Key: ${KEY}`, /another scheme/],
    [`AWS4-HMAC-SHA256 Credential=${KEY}`, /another scheme/],
    [`Bearer <${KEY}>`, /signs around it/],
    [`Bearer [${KEY}]`, /signs around it/],
    [`Bearer {${KEY}}`, /signs around it/],
    [`Bearer (${KEY})`, /signs around it/],
    [`Bearer **${KEY}**`, /signs around it/],
    [`Bearer key=${KEY}`, /a name, brackets/],
    [`Bearer key: ${KEY}`, /a name, brackets/],
    [`Bearer NEO_API_KEY=${KEY}`, /a name, brackets/],
    [`Bearer token ${KEY}`, /a name, brackets/],
    [`Bearer :${KEY}`, /a name, brackets/],
    [`Bearer &quot;${KEY}&quot;`, /a name, brackets/],
    ["Bearer NEO_API_KEY", /variable/],
    ["Bearer api_key", /variable/],
    ["Bearer $NEO-API-KEY", /variable/],
    ["Bearer @NEO_API_KEY", /variable/],
    ["Bearer #{NEO_API_KEY}", /variable/],
    ["Bearer ${{ secrets.NEO_API_KEY }}", /variable/],
    ["Bearer ${env:NEO_API_KEY}", /variable/],
    ["Bearer [NEO_API_KEY]", /variable/],
    ["Bearer eyJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiIx", /cut off/],
    ["Bearer nonsense", /neither an API key nor an access token/],
  ])("explains what is wrong with %j", (field, message) => {
    for (const sent of [field, wire(field)]) {
      expect(malformedCredential(sent)).toMatch(message);
      // No part of the secret is echoed.
      expect(malformedCredential(sent)).not.toMatch(/AbCdEf|Ef01|0123/);
    }
  });
});

describe("bearerToken", () => {
  it.each([`Bearer "${KEY}"`, "Bearer $NEO_API_KEY", `Token ${KEY}`, `Bearer {"id":"1","key":"${KEY}"}`])(
    "refuses %j as malformed, with the matching message",
    (field) => {
      const refuse = () => bearerToken(field);
      expect(refuse).toThrow(AppError);
      expect(refuse).toThrow(
        expect.objectContaining({ code: "UNAUTHORIZED", reason: "malformed", message: malformedCredential(field) }),
      );
    },
  );
});

describe("missingCredential", () => {
  it.each<[object, string, RegExp]>([
    [{ "X-API-Key": KEY }, "http://x/public-api/me", /another header/],
    [{ "Api-Key": KEY }, "http://x/public-api/me", /another header/],
    [{}, `http://x/public-api/me?api_key=${KEY}`, /address.*rotate/],
    [{}, `http://x/public-api/agents?q=1&access_token=${KEY}`, /address.*rotate/],
    [{}, "http://x/public-api/agents?q=key", /^Send an API key/],
  ])("with the fields %j and the address %s", (fields, url, message) => {
    const said = missingCredential(new Headers(fields as Record<string, string>), url);
    expect(said).toMatch(message);
    expect(said).not.toContain(SECRET);
  });
});
