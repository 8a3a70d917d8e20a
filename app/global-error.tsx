"use client";

import { errorText } from "@/components/shell/error-text";

import "./globals.css";

/** Shown when even the layout failed: it uses no other component. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  const { title, text } = errorText(error, "Neo");
  return (
    <html lang="en">
      <body>
        <title>Error · Neo</title>
        <main role="alert" className="mx-auto grid max-w-md gap-4 px-4 py-24 text-center">
          <h1 className="text-xl font-semibold">{title}</h1>
          <p>{text}</p>
          <p>
            {/* A link works without scripts too. */}
            <a href="?" className="inline-block rounded-md border border-edge px-4 py-1.5">
              Try again
            </a>
          </p>
        </main>
      </body>
    </html>
  );
}
