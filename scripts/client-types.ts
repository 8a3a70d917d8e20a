// `npm run client:types`: writes the types of clients/typescript from the OpenAPI document.
import { writeFileSync } from "node:fs";
import path from "node:path";

import { ROOT } from "../dev/root";
import { CLIENT_TYPES, generateClientTypes } from "../tests/support/client-types";
import { installGenerators } from "../tests/support/clients";

const missing = await installGenerators(console.log);
if (missing !== null) throw new Error(`Not generated: ${missing}.`);
writeFileSync(path.join(ROOT, CLIENT_TYPES), await generateClientTypes());
console.log(`Wrote ${CLIENT_TYPES}.`);
