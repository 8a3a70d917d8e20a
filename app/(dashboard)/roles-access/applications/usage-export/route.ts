import { APPLICATIONS_PATH } from "@/components/shell/paths";
import { readApplicationUsage } from "@/lib/applications/usage";
import { usageDownload } from "@/lib/auth/usage-download";

export const dynamic = "force-dynamic";

/** The numbers of the chart on an application's page as a file. */
export const GET = usageDownload(`${APPLICATIONS_PATH}/usage-export`, "application", readApplicationUsage);
