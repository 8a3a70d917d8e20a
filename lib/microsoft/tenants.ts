import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";

/** Where Microsoft's v2 tokens of a tenant come from: their `iss`. */
export function issuerOf(tid: string): string {
  return `https://login.microsoftonline.com/${tid}/v2.0`;
}

/** The settings that say which organisations are let in. */
export interface TenantSettings {
  readonly TENANTS: readonly string[];
  readonly AZURE_AD_TENANT_ID?: string | undefined;
  /** `listed` when left out. */
  readonly TENANT_SIGN_UP?: "open" | "listed" | undefined;
}

/**
 * Whether people of this Entra tenant may come in at all: only those of `AZURE_AD_TENANT_ID` where it is set, else those
 * of `TENANTS`, or of any organisation where `TENANT_SIGN_UP` is `open`. Personal accounts are in none.
 */
export function tenantIsAllowed(tid: string, settings: TenantSettings): boolean {
  if (tid === PERSONAL_TENANT) return false;
  if (settings.AZURE_AD_TENANT_ID) return settings.AZURE_AD_TENANT_ID === tid;
  return settings.TENANT_SIGN_UP === "open" || settings.TENANTS.includes(tid);
}
