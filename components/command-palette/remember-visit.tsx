"use client";

import { useEffect } from "react";

import { keepVisit, type Visit } from "@/components/command-palette/recent";

/** Remembers that the person opened this page, for the command palette. */
export function RememberVisit({ kind, label, href }: Visit) {
  useEffect(() => keepVisit({ kind, label, href }), [kind, label, href]);
  return null;
}
