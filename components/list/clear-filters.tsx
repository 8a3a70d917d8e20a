"use client";

import Link from "next/link";

import { buttonClass } from "@/components/ui/button";
import { SEARCH_ID } from "@/components/list/list-toolbar";

/** The way back to the whole list. It goes with what it led out of, so the focus moves on to the search box. */
export function ClearFilters({ path, label = "Clear search and filters" }: { path: string; label?: string }) {
  return (
    <Link
      href={path}
      className={buttonClass()}
      onNavigate={() => {
        document.getElementById(SEARCH_ID)?.focus();
      }}
    >
      {label}
    </Link>
  );
}
