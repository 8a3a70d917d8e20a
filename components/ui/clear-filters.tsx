"use client";

import Link from "next/link";

import { buttonClass } from "@/components/ui/button";
import { SEARCH_ID } from "@/components/ui/list-toolbar";

/** The way out of a search that found nothing. It goes with what it led out of, so the focus moves on to the search box. */
export function ClearFilters({ path }: { path: string }) {
  return (
    <Link
      href={path}
      className={buttonClass()}
      onNavigate={() => {
        document.getElementById(SEARCH_ID)?.focus();
      }}
    >
      Clear search and filters
    </Link>
  );
}
