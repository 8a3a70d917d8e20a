/** The route files that the server answers by itself, collected when it is bundled (scripts/server-bundle.ts). */
declare module "neo:api-routes" {
  import type { OperatorRoutes } from "@/server/operator-routes";
  import type { RouteFiles } from "@/server/route-matcher";

  /** Those of `app/public-api`. */
  export const routes: RouteFiles;
  /** Those of `app/api` for operators. */
  export const operatorRoutes: OperatorRoutes;
}
