"use client";

import { usePathname } from "next/navigation";

import { PageError } from "@/components/shell/page-error";
import {
  AGENTS_PATH,
  API_KEYS_PATH,
  API_REFERENCE_PATH,
  AUDIT_LOG_PATH,
  MEMBERS_PATH,
  QUICKSTART_PATH,
  SESSIONS_PATH,
} from "@/components/shell/paths";

const CONTENTS: readonly (readonly [path: string, what: string])[] = [
  [AGENTS_PATH, "your agents"],
  [API_KEYS_PATH, "your keys"],
  [MEMBERS_PATH, "the members"],
  [AUDIT_LOG_PATH, "the audit log"],
  [SESSIONS_PATH, "your sessions"],
  [QUICKSTART_PATH, "the Quickstart"],
  [API_REFERENCE_PATH, "the API reference"],
];

/** One for all dashboard pages: Next prefetches the error pages of linked pages. */
export default function DashboardError(props: { error: Error & { digest?: string }; reset: () => void }) {
  const pathname = usePathname();
  const [, what = "this page"] = CONTENTS.find(([path]) => pathname.startsWith(path)) ?? [];
  return <PageError what={what} {...props} />;
}
