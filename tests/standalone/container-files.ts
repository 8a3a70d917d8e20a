import { readFileSync } from "node:fs";
import path from "node:path";

import { DockerfileParser } from "dockerfile-ast";
import { parse } from "yaml";

import { ROOT } from "../../dev/root";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

/** A service of compose.yaml, as far as the tests read it. */
interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly restart?: string;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<"database" | "migrate" | "app", Service>>;
  readonly secrets: Readonly<Record<string, { file: string }>>;
}

export const COMPOSE = parse(read("compose.yaml"), { merge: true }) as Compose;

const instructions = DockerfileParser.parse(read("Dockerfile")).getInstructions();
/** The arguments of each instruction with this keyword, in order; variables are not resolved. */
const argumentsOf = (keyword: string) =>
  instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getArgumentsContent() ?? "");
const last = (keyword: string) => argumentsOf(keyword).at(-1) ?? "";
/** A command in JSON form. The other form puts a shell before it, which passes no signals on. */
const command = (json: string) => JSON.parse(json) as string[];

/** What the Dockerfile says about the image, and the commands that build it. */
export const DOCKERFILE = {
  keywords: instructions.map((instruction) => instruction.getKeyword()),
  baseImages: argumentsOf("ARG").map((argument) => argument.replace("NODE_IMAGE=", "")),
  stages: argumentsOf("FROM"),
  copies: argumentsOf("COPY"),
  runs: argumentsOf("RUN"),
  environment: Object.fromEntries(
    last("ENV")
      .split(" ")
      .map((pair) => pair.split("=") as [string, string]),
  ),
  folder: last("WORKDIR"),
  user: last("USER"),
  port: Number(last("EXPOSE")),
  stopSignal: last("STOPSIGNAL"),
  healthCheck: command(last("HEALTHCHECK").replace(/^CMD /, "")),
  command: command(last("CMD")),
} as const;

const rules = read(".dockerignore")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"));

/** What .dockerignore lets into the build: everything is excluded, then some names are let in, then patterns among them excluded. */
export const DOCKER_CONTEXT = {
  first: rules[0],
  names: rules.flatMap((line) => /^!(.+)/.exec(line)?.[1] ?? []),
  excluded: rules.slice(1).filter((line) => !line.startsWith("!")),
} as const;
