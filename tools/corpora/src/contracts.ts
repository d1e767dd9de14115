// A schema as a contract: in a workspace in memory, through the whole compiler and the emitter.
import { type Compilation, compile, emitAll, MemoryHost, type Service } from "@veltrix/compiler";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import type { JsonObject, JsonValue, Violation } from "@veltrix/protocol";
import { defineValidator } from "@veltrix/protocol/engine";

const SETTINGS = "environments: { dev: {} }\n";

/** A workspace whose one service `probe` has the schema as its optional key `value`, and `shared` beside it. */
export function compileAsKey(schema: JsonValue, shared: readonly JsonValue[] = []): Compilation {
  const contract = {
    "x-veltrix": { version: "1.0.0" },
    type: "object",
    additionalProperties: false,
    properties: { value: { $ref: "../shared/subject.schema.json" } },
  };
  const others = shared.map((document, index) => [`schemas/shared/other-${index}.schema.json`, JSON.stringify(document)]);
  return compileContract(contract, { "schemas/shared/subject.schema.json": JSON.stringify(schema), ...Object.fromEntries(others) });
}

/** A workspace whose one service `probe` has this contract. */
export function compileContract(contract: JsonValue, more: { readonly [path: string]: string } = {}): Compilation {
  return compile(
    new MemoryHost({
      "schemas/veltrix.yaml": SETTINGS,
      "schemas/probe/config.schema.json": JSON.stringify(contract),
      ...more,
    }),
  );
}

/** `code: detail` of every error, each code once. */
export function refusalOf(compilation: Compilation): readonly string[] {
  return [...new Set(compilation.diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code))].sort();
}

/** The service `probe`, and what is emitted for it. */
export interface Emitted {
  readonly service: Service;
  readonly schema: JsonObject;
  readonly declarations: string;
  /** What validate.js carries. */
  readonly rules: string;
  readonly validate: (value: JsonValue) => readonly Violation[];
}

/** Emits the one service of a compilation and loads its validator; undefined when it was refused. */
export async function emitProbe(compilation: Compilation): Promise<Emitted | undefined> {
  const service = compilation.model?.services[0];
  if (compilation.model === undefined || service === undefined) return undefined;
  const { files } = await emitAll(typescriptEmitter, compilation.model);
  const text = (name: string): string => files.find(({ path }) => path === `${service.id}/${name}`)?.contents ?? "";
  // The emitted module exports `rules`.
  const module = (await import(`data:text/javascript,${encodeURIComponent(text("validate.js"))}`)) as { readonly rules: string };
  const { validate } = defineValidator(module.rules);
  return { service, schema: service.contract.delivered, declarations: text("index.d.ts"), rules: module.rules, validate };
}
