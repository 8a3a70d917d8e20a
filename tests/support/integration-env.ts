import { inject } from "vitest";

import { testEnvironment } from "./test-environment";

Object.assign(process.env, testEnvironment(inject("databaseUrl")));
