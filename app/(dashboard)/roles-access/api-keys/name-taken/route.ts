import { API_KEYS_PATH } from "@/components/shell/paths";
import { isNameTaken } from "@/lib/api-keys/update";
import { jsonHandler } from "@/lib/auth/json-handler";

/** Whether another working key has the name, for the hint in the forms; `except` is the key that is edited. */
export const GET = jsonHandler(`${API_KEYS_PATH}/name-taken`, "Admin", async (actor, query, now) => ({
  body: { taken: await isNameTaken(actor, query.get("name") ?? "", query.get("except") ?? undefined, now) },
}));
