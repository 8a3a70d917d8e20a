import { API_KEYS_PATH } from "@/components/shell/paths";
import { readKeyUsage } from "@/lib/api-keys/usage";
import { usageDownload } from "@/lib/auth/usage-download";

export const dynamic = "force-dynamic";

/** The numbers of the chart on a key's page as a file. */
export const GET = usageDownload(`${API_KEYS_PATH}/usage-export`, "key", readKeyUsage);
