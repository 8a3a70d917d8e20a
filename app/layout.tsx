import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";

import { readTheme, THEME_COOKIE, type Theme } from "@/components/theme/theme";

import { fontClasses } from "./fonts";
import "./globals.css";

// A page rendered at build time would have no nonce, so its scripts would not run.
export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: { template: "%s · Neo", default: "Neo" },
  description: "Manage the API keys of your organisation.",
  robots: { index: false, follow: false },
  manifest: "/manifest.webmanifest",
  icons: {
    icon: [
      { url: "/favicon.ico", sizes: "48x48" },
      { url: "/icon.svg", type: "image/svg+xml", sizes: "any" },
    ],
    apple: "/apple-touch-icon.png",
  },
};

/** The theme that was chosen in this browser. */
const chosenTheme = async (): Promise<Theme> => readTheme((await cookies()).get(THEME_COOKIE)?.value);

/** Colours what is shown before the styles have loaded. */
export async function generateViewport(): Promise<Viewport> {
  const theme = await chosenTheme();
  return { colorScheme: theme === "system" ? "light dark" : theme };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" data-theme={await chosenTheme()} className={fontClasses}>
      <body>
        <noscript>
          <p className="border-b border-line bg-warn-wash px-4 py-2 text-warn">
            JavaScript is off. You can read, sort and page through lists, and export the audit log. Signing in,
            searching and making changes need JavaScript.
          </p>
        </noscript>
        {children}
      </body>
    </html>
  );
}
