import type { NextConfig } from "next";

// The benchmark builds into its own folder, with the bare route (`route.bench.ts`) that no other build contains.
const bench = process.env.NEO_BENCH === "1";

// On everything a browser shows: nobody may frame it, guess its type, or learn from it where somebody came from.
const PAGE_HEADERS = [
  { key: "Content-Security-Policy", value: "frame-ancestors 'none'; base-uri 'self'; object-src 'none'" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
];

// The address of an invitation is a secret: not even our own files are asked for with it, which a proxy might log. In a
// header, because files are asked for before the page's own words on it are read.
const NO_REFERRER = { key: "Referrer-Policy", value: "no-referrer" };

const config: NextConfig = {
  distDir: process.env.NEO_DIST_DIR ?? ".next",
  pageExtensions: bench ? ["tsx", "ts", "bench.ts"] : ["tsx", "ts"],
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  serverExternalPackages: ["pg", "pino"],
  // `npm test` checks the types; a start need not wait for it. Next writes the types of the folder it
  // builds into to the tsconfig it is given: the benchmark's go into a file of its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: bench ? "bench/tsconfig.json" : "tsconfig.json" },
  // Readiness compares them with the database's; nothing imports them, so a standalone build would leave them out.
  outputFileTracingIncludes: { "/api/ready": ["./prisma/migrations/**/*"] },
  headers: () =>
    Promise.resolve([
      { source: "/((?!public-api).*)", headers: PAGE_HEADERS },
      // Of two that match the later one counts.
      { source: "/invitation/:path*", headers: [NO_REFERRER] },
    ]),
  turbopack: { root: import.meta.dirname },
};

export default config;
