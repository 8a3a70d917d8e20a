/** The tenant Microsoft files personal accounts (outlook.com and the like) under. */
export const PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** Where Microsoft's v2 tokens of a tenant come from: their `iss`. */
export function issuerOf(tid: string): string {
  return `https://login.microsoftonline.com/${tid}/v2.0`;
}

/** Whether people of this Entra tenant may come in at all: only those of `AZURE_AD_TENANT_ID` where it is set, else those of `TENANTS`. */
export function tenantIsAllowed(
  tid: string,
  settings: { TENANTS: readonly string[]; AZURE_AD_TENANT_ID?: string | undefined },
): boolean {
  return settings.AZURE_AD_TENANT_ID ? settings.AZURE_AD_TENANT_ID === tid : settings.TENANTS.includes(tid);
}
