import type { Env } from "@/lib/config/env";
import { PROXY_SETTINGS } from "@/lib/config/outgoing-proxy";

/**
 * The settings of lib/config/env.ts for integration tests: valid, and useless anywhere else.
 * @param databaseUrl PostgreSQL connection string of the test database
 */
export function testEnvironment(databaseUrl: string): Record<keyof Env, string> {
  return {
    DATABASE_URL: databaseUrl,
    AZURE_AD_CLIENT_ID: "5d1f4e2a-7b64-4c0e-9f5d-0c2f6a3e8b17",
    AZURE_AD_CLIENT_SECRET: "a-client-secret-for-tests-only",
    AZURE_AD_TENANT_ID: "",
    TENANTS: "1c8a6f0e-52d4-4f37-9b1d-7e3a90c5d268",
    TENANT_SIGN_UP: "listed",
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: "a-secret-of-more-than-32-characters-for-tests-only",
    NEO_ENVIRONMENT: "test",
    RATE_LIMIT_PER_MINUTE: "1200",
    UNAUTHENTICATED_LIMIT_PER_MINUTE: "300",
    KEYS_IN_USE_LIMIT: "1000000",
    NEW_KEYS_PER_MINUTE: "1000000",
    USAGE_ADDRESSES: "full",
    TRUSTED_PROXY_HOPS: "0",
    SESSION_IDLE_HOURS: "8",
    SESSION_MAX_DAYS: "7",
    FRESH_SIGN_IN_SECONDS: "900",
    // What Microsoft is made to say here is for the tests that ask.
    ACCOUNT_CHECK_SECONDS: "3600",
    HTTPS_PROXY: "",
    HTTP_PROXY: "",
    NO_PROXY: "",
    SMTP_URL: "",
    MAIL_FROM: "",
    METRICS_TOKEN: "",
    OTEL_EXPORTER_OTLP_ENDPOINT: "",
    OTEL_EXPORTER_OTLP_HEADERS: "",
    OTEL_EXPORTER_OTLP_PROTOCOL: "",
    OTEL_TRACES_SAMPLER_ARG: "",
    OTEL_SERVICE_NAME: "",
    OTEL_RESOURCE_ATTRIBUTES: "",
    OTEL_PROPAGATORS: "",
    DATABASE_WAIT_SECONDS: "",
    HOST: "",
    HOSTNAME: "",
    PORT: "",
    SERVE: "",
    KEEP_ALIVE_TIMEOUT: "",
    LOG_REQUESTS: "",
    LOG_LEVEL: "silent",
  };
}

/** Unsets the shell's settings: tests set their own, and must not reach a real database or Microsoft app. */
export function clearEnvironment(): void {
  const names = Object.keys(testEnvironment("")).flatMap((name) => [name, `${name}_FILE`]);
  names.push(...PROXY_SETTINGS.map((name) => name.toLowerCase()));
  for (const name of [...names, "NODE_ENV", "NEO_BENCH", "NEO_STANDALONE"]) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an environment variable can only be unset this way
    delete process.env[name];
  }
}
