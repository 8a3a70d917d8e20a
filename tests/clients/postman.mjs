// Runs every request of the document's Postman conversion: `node postman.mjs <access token of an admin> <agent ids> <key ids>`.
// It prints each with its status, one per line. Ids are what a person types into the path; each request gets its own.
import { readFileSync } from "node:fs";
import process from "node:process";

import newman from "newman";
import converter from "openapi-to-postmanv2";

const [token = "", agents = "", keys = ""] = process.argv.slice(2);
const ids = { agent_id: agents.split(","), key_id: keys.split(",") };

const document = readFileSync(new URL("./generated/openapi.json", import.meta.url), "utf8");
const options = {
  requestParametersResolution: "Example",
  parametersResolution: "Example",
  enableOptionalParameters: false,
};
const collection = await new Promise((resolve, reject) => {
  converter.convertV2({ type: "string", data: document }, options, (error, { result, reason, output } = {}) => {
    if (error || !result) reject(error ?? new Error(reason));
    else resolve(output[0].data);
  });
});

/** Every request, in any folder. @returns {any[]} */
const requestsOf = ({ item = [], request }) => (request ? [request] : item.flatMap(requestsOf));
for (const { url } of requestsOf(collection))
  for (const variable of url.variable ?? []) variable.value = ids[variable.key]?.shift() ?? variable.value;

const run = await new Promise((resolve, reject) => {
  const envVar = [{ key: "bearerToken", value: token }];
  newman.run({ collection, envVar, reporters: [] }, (error, summary) => (error ? reject(error) : resolve(summary)));
});
for (const { item, request, response, requestError } of run.run.executions) {
  const answer = response ? `${response.code} ${response.code < 300 ? "" : response.text()}` : String(requestError);
  console.log(`${request.method} ${request.url.getPath()} ${answer} (${item.name})`);
}
