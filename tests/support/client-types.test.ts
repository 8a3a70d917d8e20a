import { expect, it } from "vitest";

import { clientDocument, committedDigest } from "./client-types";

it("the types of clients/typescript were generated from today's OpenAPI document; else run npm run client:types", () => {
  expect(committedDigest()).toBe(clientDocument().digest);
});
