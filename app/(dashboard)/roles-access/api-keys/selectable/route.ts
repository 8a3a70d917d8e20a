import { API_KEYS_PATH } from "@/components/shell/paths";
import { loadKeyListUrl } from "@/lib/api-keys/list-url";
import { findSelectable } from "@/lib/api-keys/selectable";
import { jsonHandler } from "@/lib/auth/json-handler";

/** The working keys that match the list's search and filters, for "Select all". */
export const GET = jsonHandler(`${API_KEYS_PATH}/selectable`, "Admin", async (actor, query, now) => ({
  body: await findSelectable(actor, loadKeyListUrl(query), now),
}));
