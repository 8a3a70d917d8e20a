import { expect, it } from "vitest";

import { hashKey } from "@/lib/api-keys/hash";

it("is SHA-256 of the whole key", () => {
  // printf %s neo_sk_prod_AbCdEf0123456789AbCdEf01 | sha256sum
  expect(hashKey("neo_sk_prod_AbCdEf0123456789AbCdEf01")).toBe(
    "5f0aba4e24c26f24cf00d4b8daab8afd31718eec8f3cc53815cf1ca43d13a220",
  );
});

it("differs when one character does", () => {
  expect(hashKey("neo_sk_prod_AbCdEf0123456789AbCdEf01")).not.toEqual(hashKey("neo_sk_prod_AbCdEf0123456789AbCdEf02"));
});
