import "server-only";

import { headers } from "next/headers";

import { type PageStatus, setPageStatus } from "@/lib/http/page-response";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";

/**
 * Sets the status of this page. Next's `notFound()` and `forbidden()` do too, but send a page that is empty until its scripts run.
 * Call it before anything is streamed: no Suspense boundary may stand above the page (docs/decisions/043).
 */
export async function answerWith(status: PageStatus): Promise<void> {
  setPageStatus((await headers()).get(REQUEST_ID_FIELD) ?? "", status);
}
