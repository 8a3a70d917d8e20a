import { API_KEYS_PATH } from "@/components/shell/paths";
import { readRotation } from "@/lib/api-keys/rotation";
import { jsonHandler } from "@/lib/auth/json-handler";

/** The rotation that a key is part of, which its open page shows as it goes on. */
export const GET = jsonHandler(`${API_KEYS_PATH}/rotation`, "Admin", async (actor, query, now) => ({
  body: { rotation: await readRotation(actor, query.get("key") ?? "", now) },
}));
