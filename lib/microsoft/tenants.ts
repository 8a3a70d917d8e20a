import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";

/** The issuer (`iss`) of a tenant's v2 tokens. */
export function issuerOf(tid: string): string {
  return `https://login.microsoftonline.com/${tid}/v2.0`;
}

/** The settings that decide which organisations may sign in. */
export interface TenantSettings {
  readonly TENANTS: readonly string[];
  readonly AZURE_AD_TENANT_ID?: string | undefined;
  /** `listed` when left out. */
  readonly TENANT_SIGN_UP?: "open" | "listed" | undefined;
}

/**
 * Whether people of this Entra tenant may sign in: only `AZURE_AD_TENANT_ID` where it is set, else those in `TENANTS`, or any
 * organisation where `TENANT_SIGN_UP` is `open`. Personal accounts never may.
 */
export function tenantIsAllowed(tid: string, settings: TenantSettings): boolean {
  if (tid === PERSONAL_TENANT) return false;
  if (settings.AZURE_AD_TENANT_ID) return settings.AZURE_AD_TENANT_ID === tid;
  return settings.TENANT_SIGN_UP === "open" || settings.TENANTS.includes(tid);
}
