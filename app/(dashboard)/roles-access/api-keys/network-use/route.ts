import { API_KEYS_PATH } from "@/components/shell/paths";
import { readNetworkUse } from "@/lib/api-keys/network-use";
import { jsonHandler } from "@/lib/auth/json-handler";

/** From where a key was used, for the form that limits it to networks; `networks` is what is typed there. */
export const GET = jsonHandler(`${API_KEYS_PATH}/network-use`, "Admin", async (actor, query, now) => ({
  body: await readNetworkUse(actor, query.get("key") ?? "", query.get("networks") ?? "", now),
}));
