import { type Language, LANGUAGES, type Program } from "@/lib/docs/languages";

/** What the Quickstart shows how to do. */
export const SNIPPET_NAMES = ["first-request", "paging", "rate-limit", "idempotency"] as const;

export type SnippetName = (typeof SNIPPET_NAMES)[number];

/** Whole programs: each runs as it stands, with the key in NEO_API_KEY. `BASE` stands for the deployment's address. */
const PROGRAMS: Readonly<Record<SnippetName, Readonly<Record<Language, string>>>> = {
  "first-request": {
    curl: String.raw`
curl --silent --show-error --fail-with-body \
  "BASE/public-api/agents?page_size=5" \
  --header "Authorization: Bearer $NEO_API_KEY"`,

    powershell: String.raw`
$headers = @{ Authorization = "Bearer $env:NEO_API_KEY" }
$page = Invoke-RestMethod "BASE/public-api/agents?page_size=5" -Headers $headers
foreach ($agent in $page.data) { "$($agent.id) $($agent.name)" }
"request $($page.meta.request_id)"`,

    python: String.raw`
import json
import os
import urllib.request

request = urllib.request.Request(
    "BASE/public-api/agents?page_size=5",
    headers={"Authorization": f"Bearer {os.environ['NEO_API_KEY']}"},
)
with urllib.request.urlopen(request) as response:
    page = json.load(response)
for agent in page["data"]:
    print(agent["id"], agent["name"])
print("request", page["meta"]["request_id"])`,

    typescript: String.raw`
interface Page {
  data: { id: string; name: string }[];
  meta: { request_id: string };
}

const response = await fetch("BASE/public-api/agents?page_size=5", {
  headers: { Authorization: ${"`Bearer ${process.env.NEO_API_KEY}`"} },
});
if (!response.ok) throw new Error(await response.text());
const page = (await response.json()) as Page;
for (const agent of page.data) console.log(agent.id, agent.name);
console.log("request", page.meta.request_id);`,
  },

  paging: {
    curl: String.raw`
set -euo pipefail
cursor=""
while true; do
  page=$(curl --silent --show-error --fail-with-body --get \
    "BASE/public-api/agents" \
    --header "Authorization: Bearer $NEO_API_KEY" \
    --data page_size=100 \
    ${'${cursor:+--data-urlencode "cursor=$cursor"}'})
  jq --raw-output '.data[] | "\(.id) \(.name)"' <<< "$page"
  cursor=$(jq --raw-output '.meta.pagination.next_cursor // ""' <<< "$page")
  if [ -z "$cursor" ]; then break; fi
done`,

    powershell: String.raw`
$headers = @{ Authorization = "Bearer $env:NEO_API_KEY" }
$cursor = $null
do {
  $url = "BASE/public-api/agents?page_size=100"
  if ($cursor) { $url += "&cursor=" + [uri]::EscapeDataString($cursor) }
  $page = Invoke-RestMethod $url -Headers $headers
  foreach ($agent in $page.data) { "$($agent.id) $($agent.name)" }
  $cursor = $page.meta.pagination.next_cursor
} while ($cursor)`,

    python: String.raw`
import json
import os
import urllib.parse
import urllib.request


def list_agents():
    query = {"page_size": 100}
    while True:
        request = urllib.request.Request(
            "BASE/public-api/agents?" + urllib.parse.urlencode(query),
            headers={"Authorization": f"Bearer {os.environ['NEO_API_KEY']}"},
        )
        with urllib.request.urlopen(request) as response:
            page = json.load(response)
        yield from page["data"]
        query["cursor"] = page["meta"]["pagination"]["next_cursor"]
        if query["cursor"] is None:
            return


for agent in list_agents():
    print(agent["id"], agent["name"])`,

    typescript: String.raw`
interface Page {
  data: { id: string; name: string }[];
  meta: { pagination: { next_cursor: string | null } };
}

async function* listAgents() {
  const url = new URL("BASE/public-api/agents?page_size=100");
  for (;;) {
    const response = await fetch(url, {
      headers: { Authorization: ${"`Bearer ${process.env.NEO_API_KEY}`"} },
    });
    if (!response.ok) throw new Error(await response.text());
    const page = (await response.json()) as Page;
    yield* page.data;
    const cursor = page.meta.pagination.next_cursor;
    if (cursor === null) return;
    url.searchParams.set("cursor", cursor);
  }
}

for await (const agent of listAgents()) console.log(agent.id, agent.name);`,
  },

  "rate-limit": {
    curl: String.raw`
# On 429 and 503 --retry waits for as long as Retry-After says.
curl --silent --show-error --fail --retry 5 \
  "BASE/public-api/me" \
  --header "Authorization: Bearer $NEO_API_KEY"`,

    powershell: String.raw`
function Invoke-Neo([string] $Path) {
  $headers = @{ Authorization = "Bearer $env:NEO_API_KEY" }
  for ($attempt = 1; ; $attempt++) {
    $response = Invoke-WebRequest "BASE$Path" -Headers $headers -SkipHttpErrorCheck
    $body = $response.Content | ConvertFrom-Json
    if ($response.StatusCode -lt 400) { return $body }
    if ($response.StatusCode -notin 429, 503 -or $attempt -eq 5) {
      throw "$($body.error.code): $($body.error.message) (request $($body.meta.request_id))"
    }
    Start-Sleep -Seconds ([int] "$($response.Headers['Retry-After'])")
  }
}

(Invoke-Neo "/public-api/me").data | ConvertTo-Json`,

    python: String.raw`
import json
import os
import time
import urllib.error
import urllib.request


def get(path, attempts=5):
    request = urllib.request.Request(
        "BASE" + path,
        headers={"Authorization": f"Bearer {os.environ['NEO_API_KEY']}"},
    )
    for attempt in range(1, attempts + 1):
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            body = json.load(error)
            if error.code not in (429, 503) or attempt == attempts:
                raise RuntimeError(
                    f"{body['error']['code']}: {body['error']['message']}"
                    f" (request {body['meta']['request_id']})"
                ) from error
            time.sleep(int(error.headers["Retry-After"]))


print(json.dumps(get("/public-api/me")["data"]))`,

    typescript: String.raw`
async function get(path: string, attempts = 5): Promise<{ data: unknown }> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch("BASE" + path, {
      headers: { Authorization: ${"`Bearer ${process.env.NEO_API_KEY}`"} },
    });
    if (response.ok) return (await response.json()) as { data: unknown };
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || attempt === attempts) throw new Error(await response.text());
    const seconds = Number(response.headers.get("Retry-After"));
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

const { data } = await get("/public-api/me");
console.log(JSON.stringify(data));`,
  },

  idempotency: {
    curl: String.raw`
set -euo pipefail
idempotency_key=$(openssl rand -hex 16)
# The second time stands for a retry after a broken connection: same key, same agent.
for attempt in 1 2; do
  curl --silent --show-error --fail-with-body \
    "BASE/public-api/agents" \
    --header "Authorization: Bearer $NEO_API_KEY" \
    --header "Content-Type: application/json" \
    --header "Idempotency-Key: $idempotency_key" \
    --data '{"name": "My first agent", "autonomy_type": "AGENTIC", "trigger_type": "NONE"}' |
    jq --raw-output .data.id
done`,

    powershell: String.raw`
$request = @{
  Uri         = "BASE/public-api/agents"
  Method      = "Post"
  ContentType = "application/json"
  Headers     = @{
    Authorization     = "Bearer $env:NEO_API_KEY"
    "Idempotency-Key" = [guid]::NewGuid().ToString()
  }
  Body        = '{"name": "My first agent", "autonomy_type": "AGENTIC", "trigger_type": "NONE"}'
}
# The second time stands for a retry after a broken connection: same key, same agent.
foreach ($attempt in 1..2) { (Invoke-RestMethod @request).data.id }`,

    python: String.raw`
import json
import os
import urllib.request
import uuid

request = urllib.request.Request(
    "BASE/public-api/agents",
    method="POST",
    headers={
        "Authorization": f"Bearer {os.environ['NEO_API_KEY']}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    },
    data=json.dumps(
        {"name": "My first agent", "autonomy_type": "AGENTIC", "trigger_type": "NONE"}
    ).encode(),
)
# The second time stands for a retry after a broken connection: same key, same agent.
for attempt in (1, 2):
    with urllib.request.urlopen(request) as response:
        print(json.load(response)["data"]["id"])`,

    typescript: String.raw`
const idempotencyKey = crypto.randomUUID();

async function createAgent(): Promise<string> {
  const response = await fetch("BASE/public-api/agents", {
    method: "POST",
    headers: {
      Authorization: ${"`Bearer ${process.env.NEO_API_KEY}`"},
      "Content-Type": "application/json",
      "Idempotency-Key": idempotencyKey,
    },
    body: JSON.stringify({ name: "My first agent", autonomy_type: "AGENTIC", trigger_type: "NONE" }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { data: { id: string } }).data.id;
}

// The second time stands for a retry after a broken connection: same key, same agent.
for (const attempt of [1, 2]) console.log(await createAgent());`,
  },
};

/**
 * A program of the Quickstart in every language, with the deployment's own address in it.
 * @param baseUrl where the API is, e.g. `https://keys.example.com`; without a path
 */
export function snippets(name: SnippetName, baseUrl: string): Program[] {
  const { origin } = new URL(baseUrl);
  return LANGUAGES.map((language) => [language, PROGRAMS[name][language].trim().replaceAll("BASE", origin)]);
}
