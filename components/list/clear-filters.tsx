"use client";

import Link from "next/link";

import { SEARCH_ID } from "@/components/list/list-toolbar";
import { buttonClass } from "@/components/ui/button";

/** Leads to the whole list. The link disappears with the filters, so the focus moves to the search box. */
export function ClearFilters({ path, label = "Clear search and filters" }: { path: string; label?: string }) {
  return (
    <Link href={path} className={buttonClass()} onNavigate={() => document.getElementById(SEARCH_ID)?.focus()}>
      {label}
    </Link>
  );
}
