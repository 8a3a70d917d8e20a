import { unknownPath } from "@/lib/public-api/create-route";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = unknownPath();
