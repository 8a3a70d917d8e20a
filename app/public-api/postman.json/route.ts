import { collectionRoute } from "@/app/public-api/openapi.json/document";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = collectionRoute;
