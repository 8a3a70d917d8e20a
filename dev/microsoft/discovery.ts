import { STAND_IN_TENANTS } from "./directory";
import { LOGIN, type StandInState } from "./state";

/** The OpenID Connect discovery document of an authority, as Entra serves it. */
export function discovery(state: StandInState, authority: string) {
  const concrete = STAND_IN_TENANTS.some((t) => t.id === authority);
  return {
    token_endpoint: `${LOGIN}/${authority}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${LOGIN}/${authority}/oauth2/v2.0/devicecode`,
    token_endpoint_auth_methods_supported: [
      "client_secret_post",
      "private_key_jwt",
      "client_secret_basic",
      "self_signed_tls_client_auth",
    ],
    jwks_uri: `${LOGIN}/${authority}/discovery/v2.0/keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    // For several tenants Microsoft returns a template; the client fills in the token's tid.
    issuer: `${LOGIN}/${concrete ? authority : "{tenantid}"}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: "https://graph.microsoft.com/oidc/userinfo",
    // Browsers open these two, without the swapped transport.
    authorization_endpoint: `${state.url}/${authority}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${state.url}/${authority}/oauth2/v2.0/logout`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    claims_supported: [
      "sub",
      "iss",
      "aud",
      "exp",
      "iat",
      "nonce",
      "preferred_username",
      "name",
      "tid",
      "ver",
      "oid",
      "email",
    ],
    tenant_region_scope: null,
    cloud_instance_name: "microsoftonline.com",
  };
}

/** The response for an authority that does not exist. */
export function tenantNotFound(authority: string) {
  return { error: "invalid_tenant", error_description: `AADSTS90002: Tenant '${authority}' not found.` };
}
