"use client";

import "./globals.css";

/** The last resort, when even the layout failed: no component of ours may be needed to show it. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>Error · Neo</title>
        <main role="alert" className="mx-auto grid max-w-md gap-4 px-4 py-24 text-center">
          <h1 className="text-xl font-semibold">Neo could not be loaded</h1>
          <p>Nothing has been changed or lost.</p>
          <p>
            {/* A link: it works also where no script does. */}
            <a href="?" className="inline-block rounded-md border border-edge px-4 py-1.5">
              Try again
            </a>
          </p>
        </main>
      </body>
    </html>
  );
}
