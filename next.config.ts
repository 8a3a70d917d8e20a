import type { NextConfig } from "next";

import { FILE_POLICY, FIXED_HEADERS } from "./lib/security-headers";

// The benchmark builds into its own folder, with the bare route (`route.bench.ts`) that no other build contains.
const bench = process.env.NEO_BENCH === "1";

const asList = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([key, value]) => ({ key, value }));

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
  // What is the same in every answer; what differs is proxy.ts's.
  headers: () =>
    Promise.resolve([
      { source: "/((?!public-api).*)", headers: asList(FIXED_HEADERS) },
      { source: "/(_next/static/.*|icon\\.svg)", headers: asList({ "Content-Security-Policy": FILE_POLICY }) },
    ]),
  turbopack: { root: import.meta.dirname },
};

export default config;
