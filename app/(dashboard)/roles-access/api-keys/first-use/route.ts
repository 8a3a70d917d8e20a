import { API_KEYS_PATH } from "@/components/shell/paths";
import { readLatestUse } from "@/lib/api-keys/usage";
import { jsonHandler } from "@/lib/auth/json-handler";

/** The latest use of a key, which the dialog with a new key waits for. */
export const GET = jsonHandler(`${API_KEYS_PATH}/first-use`, "Admin", async (actor, query) => ({
  body: { use: await readLatestUse(actor, query.get("key") ?? "") },
}));
