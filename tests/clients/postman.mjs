// Runs every request of a Postman collection: `node postman.mjs served|converted <admin's access token> <API key> <agent ids> <key ids>`.
// `served` is what the server makes, validated against the official schema; `converted` is Postman's own conversion of the document.
// It prints each with its status, one per line. Ids are what a person types into the path; each request gets its own.
import { readFileSync } from "node:fs";
import process from "node:process";

import validator from "@har-sdk/validator";
import newman from "newman";
import converter from "openapi-to-postmanv2";

const [source, token = "", apiKey = "", agents = "", keys = ""] = process.argv.slice(2);
const ids = { agent_id: agents.split(","), key_id: keys.split(",") };
const generated = (name) => readFileSync(new URL(`./generated/${name}`, import.meta.url), "utf8");

/** The collection that the server serves. @throws Error when the format's schema refuses it */
async function served() {
  const collection = JSON.parse(generated("postman.json"));
  const errors = await new validator.PostmanValidator().verify(collection);
  if (errors.length > 0) throw new Error(`The schema refuses the collection: ${JSON.stringify(errors, null, 2)}`);
  return collection;
}

/** Postman's conversion of the OpenAPI document. */
function converted() {
  const options = {
    requestParametersResolution: "Example",
    parametersResolution: "Example",
    enableOptionalParameters: false,
  };
  return new Promise((resolve, reject) => {
    const data = generated("openapi.json");
    converter.convertV2({ type: "string", data }, options, (error, { result, reason, output } = {}) => {
      if (error || !result) reject(error ?? new Error(reason));
      else resolve(output[0].data);
    });
  });
}

const collection = await (source === "served" ? served() : converted());

/** Every request, in any folder. @returns {any[]} */
const requestsOf = ({ item = [], request }) => (request ? [request] : item.flatMap(requestsOf));
for (const { url } of requestsOf(collection))
  for (const variable of url.variable ?? []) variable.value = ids[variable.key]?.shift() ?? variable.value;

const run = await new Promise((resolve, reject) => {
  const envVar = Object.entries({ bearerToken: token, accessToken: token, apiKey }).map(([key, value]) => ({
    key,
    value,
  }));
  newman.run({ collection, envVar, reporters: [] }, (error, summary) => (error ? reject(error) : resolve(summary)));
});
for (const { item, request, response, requestError } of run.run.executions) {
  const answer = response ? `${response.code} ${response.code < 300 ? "" : response.text()}` : String(requestError);
  console.log(`${request.method} ${request.url.getPath()} ${answer} (${item.name})`);
}
