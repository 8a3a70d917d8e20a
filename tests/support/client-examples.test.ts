import { expect, test } from "vitest";

import { modelExamples, type OpenApi, operationsOf, requestExamples, unmatched } from "./client-examples";

const DOCUMENT: OpenApi = {
  paths: {
    "/agents/{id}": {
      description: "Not an operation.",
      get: { operationId: "getAgent" },
      put: {
        operationId: "updateAgent",
        requestBody: { content: { "application/json": { examples: { one: { value: 1 }, two: { value: 2 } } } } },
      },
    },
    "/me": { get: { operationId: "getMe" } },
  },
  components: { schemas: { Agent: { examples: [{ id: "a" }] }, Meta: {} } },
};

test("an operation that no request was for is named", () => {
  const operations = operationsOf(DOCUMENT);
  const requests = [
    { method: "GET", path: "/agents/0190a1b2" },
    { method: "GET", path: "/agents/0190a1b2/rotate" },
    { method: "GET", path: "/me" },
  ];
  expect(unmatched(operations, requests)).toEqual(["updateAgent: PUT /agents/{id}"]);
  expect(unmatched(operations, [])).toHaveLength(3);
});

test("examples get the type of their schema, those of a body the type of the body", () => {
  expect(modelExamples(DOCUMENT, (model) => `Model.${model}`)).toBe(
    'export const example0: Model.Agent = {"id":"a"};\n',
  );
  expect(requestExamples(DOCUMENT).match(/operations\["updateAgent"\].* = \d/g)).toHaveLength(2);
});
