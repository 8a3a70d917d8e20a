import { API_KEYS_PATH } from "@/components/shell/paths";
import { exportKeys } from "@/lib/api-keys/export";
import { loadKeyListUrl } from "@/lib/api-keys/list-url";
import { downloadHandler } from "@/lib/auth/download-handler";
import { textStream } from "@/lib/http/text-stream";
import { CSV_TYPE } from "@/lib/text/csv";

export const dynamic = "force-dynamic";

const ROUTE = {
  path: `${API_KEYS_PATH}/export`,
  role: "Admin",
  instead: "Open API Keys and export the list from there.",
} as const;

/** The organisation's keys as a CSV file, with the page's search and filters. */
export const GET = downloadHandler(ROUTE, (actor, query, now) => ({
  body: textStream(exportKeys(actor, loadKeyListUrl(query), now)),
  type: CSV_TYPE,
  name: ["api-keys", "csv"],
}));
