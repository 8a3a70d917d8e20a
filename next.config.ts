import type { NextConfig } from "next";

import { FILE_POLICY, FIXED_HEADERS } from "./lib/http/security-headers";

// The benchmark builds into its own folder and includes the routes of `bench/routes`; no other build does.
const bench = process.env.NEO_BENCH === "1";

const asList = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([key, value]) => ({ key, value }));

// An invitation's URL is a secret that a proxy might log from the Referer of the page's own files. It's a header because the
// browser requests files before it reads a meta element.
const NO_REFERRER = { key: "Referrer-Policy", value: "no-referrer" };

// The icon and the files of public/, as patterns; proxy.ts excludes the same ones.
const FILES = [
  "icon\\.svg",
  "favicon\\.ico",
  "apple-touch-icon\\.png",
  "manifest\\.webmanifest",
  "robots\\.txt",
  "\\.well-known/security\\.txt",
];

const config: NextConfig = {
  distDir: process.env.NEO_DIST_DIR ?? ".next",
  // Only for `npm run standalone`: `next start`, which `npm start` uses, warns about a standalone build (docs/decisions/035).
  ...(process.env.NEO_STANDALONE === "1" ? { output: "standalone" as const } : {}),
  pageExtensions: bench ? ["tsx", "ts", "bench.ts"] : ["tsx", "ts"],
  poweredByHeader: false,
  reactStrictMode: true,
  // Sends titles in the initial head for every client: a streamed title needs a script.
  htmlLimitedBots: /.*/,
  devIndicators: false,
  serverExternalPackages: ["pg", "pino"],
  // The only images are icons. Without the optimizer there is no /_next/image, no file cache, and a 20 MB smaller build.
  images: { unoptimized: true },
  outputFileTracingExcludes: { "*": ["node_modules/sharp/**", "node_modules/@img/**"] },
  // `npm test` checks the types, so a build needn't. Next adds its build folder to the tsconfig, so the benchmark has its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: bench ? "bench/tsconfig.json" : "tsconfig.json" },
  // Readiness compares the migrations with the database's; nothing imports them, so a standalone build would omit them.
  outputFileTracingIncludes: { "/api/ready": ["./prisma/migrations/**/*"] },
  // Fixed headers; proxy.ts sets those that vary per response. If two rules match, the later one wins.
  headers: () =>
    Promise.resolve([
      { source: "/((?!public-api).*)", headers: asList(FIXED_HEADERS) },
      { source: "/invitation/:path*", headers: [NO_REFERRER] },
      { source: `/(_next/static/.*|${FILES.join("|")})`, headers: asList({ "Content-Security-Policy": FILE_POLICY }) },
    ]),
  turbopack: { root: import.meta.dirname },
};

export default config;
