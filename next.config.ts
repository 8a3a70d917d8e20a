import type { NextConfig } from "next";

import { FILE_POLICY, FIXED_HEADERS } from "./lib/http/security-headers";

// The benchmark builds into its own folder, with the routes of `bench/routes`, which no other build reads.
const bench = process.env.NEO_BENCH === "1";

const asList = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([key, value]) => ({ key, value }));

// The address of an invitation is a secret: not even our own files are asked for with it, which a proxy might log. In a
// header, because files are asked for before the page's own words on it are read.
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
  // `npm run standalone` asks for it; `next start`, which `npm start` uses, warns of a build that has it (docs/decisions/035).
  ...(process.env.NEO_STANDALONE === "1" ? { output: "standalone" as const } : {}),
  pageExtensions: bench ? ["tsx", "ts", "bench.ts"] : ["tsx", "ts"],
  poweredByHeader: false,
  reactStrictMode: true,
  // Titles belong in the head that is sent, for everybody: streamed later, they need a script.
  htmlLimitedBots: /.*/,
  devIndicators: false,
  serverExternalPackages: ["pg", "pino"],
  // There are none but icons: without the optimizer there is no /_next/image, nothing writes files, and 20 MB stay away.
  images: { unoptimized: true },
  outputFileTracingExcludes: { "*": ["node_modules/sharp/**", "node_modules/@img/**"] },
  // `npm test` checks the types; a start need not wait for it. Next writes the types of the folder it
  // builds into to the tsconfig it is given: the benchmark's go into a file of its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: bench ? "bench/tsconfig.json" : "tsconfig.json" },
  // Readiness compares them with the database's; nothing imports them, so a standalone build would leave them out.
  outputFileTracingIncludes: { "/api/ready": ["./prisma/migrations/**/*"] },
  // What is the same in every answer; what differs is proxy.ts's. Of two that match the later one counts.
  headers: () =>
    Promise.resolve([
      { source: "/((?!public-api).*)", headers: asList(FIXED_HEADERS) },
      { source: "/invitation/:path*", headers: [NO_REFERRER] },
      { source: `/(_next/static/.*|${FILES.join("|")})`, headers: asList({ "Content-Security-Policy": FILE_POLICY }) },
    ]),
  turbopack: { root: import.meta.dirname },
};

export default config;
