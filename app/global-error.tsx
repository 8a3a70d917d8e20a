"use client";

import { useLayoutEffect } from "react";

import { themeOfCookies } from "@/components/theme/theme";

import "./globals.css";

/**
 * Shown when more than a page of the dashboard failed: a document of its own, in plain elements, because its code comes with
 * every page.
 */
export default function GlobalError() {
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = themeOfCookies(document.cookie);
  }, []);
  return (
    <html lang="en">
      <body>
        <title>Error · Neo</title>
        <main role="alert" className="grid min-h-dvh place-content-center justify-items-center gap-3 px-4 text-center">
          <h1 className="text-xl font-semibold tracking-tight">We can’t load this page right now</h1>
          <p className="max-w-md text-soft">Your data is safe. Try again in a moment.</p>
          <button
            type="button"
            // Not by the router, which may be what failed.
            onClick={() => window.location.reload()}
            className="rounded-md bg-accent px-3 py-1.5 font-medium text-on-accent hover:bg-accent-strong"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
