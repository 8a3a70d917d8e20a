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
  [AGENTS_PATH, "Your agents"],
  [API_KEYS_PATH, "Your API keys"],
  [MEMBERS_PATH, "The members"],
  [AUDIT_LOG_PATH, "The audit log"],
  [SESSIONS_PATH, "Your sessions"],
  [QUICKSTART_PATH, "The Quickstart"],
  [API_REFERENCE_PATH, "The API reference"],
];

/** One for all signed-in pages: a page that links to the others fetches the error pages of all of them ahead. */
export default function DashboardError({ reset }: { error: Error; reset: () => void }) {
  const pathname = usePathname();
  const [, what = "This page"] = CONTENTS.find(([path]) => pathname.startsWith(path)) ?? [];
  return <PageError title={`${what} could not be loaded`} reset={reset} />;
}
