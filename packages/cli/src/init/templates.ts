// The files that a new workspace starts with.
import type { Outputs } from "@veltrix/compiler";

/** One file, relative to the workspace. */
export interface InitFile {
  readonly path: string;
  readonly contents: string;
}

/** Package and folder of a workspace that says nothing else. */
export const firstOutputs: Pick<Outputs, "package" | "folder"> = { package: "@veltrix/generated", folder: "generated" };

export const settingsFile: InitFile = {
  path: "schemas/veltrix.yaml",
  contents: `# The environments, what each allows, and what is generated.
environments:
  dev:
    namespace: dev
  prod:
    namespace: prod
    # Takes no default of a contract, and no override variable.
    production: true
policy:
  # A default that a contract declares is written into the output, and marked there.
  defaults: declared
  # What a starting process does when its config does not match the hashes beside it: alert or refuse.
  onDrift: alert
  overrides: allow
outputs:
  package: "@veltrix/generated"
  targets: [kubectl, kustomize, helm]
`,
};

/** A first service: its contract, and values for every environment. */
export function serviceFiles(id: string): readonly InitFile[] {
  return [
    { path: `schemas/${id}/values/base.yaml`, contents: firstValues },
    { path: `schemas/${id}/config.schema.json`, contents: render(firstContract(id)) },
  ];
}

const firstValues = `http:
  port: 8080
  requestTimeout: 5s

logging:
  level: info
`;

function firstContract(id: string): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: id,
    description: `Configuration of ${id}. Every key it reads is declared here; the values are in values/.`,
    "x-veltrix": { version: "0.1.0" },
    type: "object",
    additionalProperties: false,
    required: ["http", "logging"],
    properties: {
      http: {
        description: "HTTP endpoint. These keys change only on a restart.",
        type: "object",
        additionalProperties: false,
        required: ["port", "requestTimeout"],
        properties: {
          port: {
            description: "TCP port to listen on; also delivered as this environment variable.",
            type: "integer",
            minimum: 1024,
            maximum: 65535,
            "x-env": "HTTP_PORT",
          },
          requestTimeout: {
            description: "Maximum duration of a request; the code receives milliseconds.",
            type: "string",
            "x-type": "duration",
          },
        },
      },
      logging: {
        description: "Logging. These keys may change while the service runs.",
        type: "object",
        additionalProperties: false,
        required: ["level"],
        "x-reload": "hot",
        properties: {
          level: { description: "Least important level that is logged.", type: "string", enum: ["debug", "info", "warn", "error"] },
        },
      },
    },
  };
}

/** `package.json` of the generated package: the same for any set of services. `version` is what it asks of ours. */
export function packageFile({ package: name, folder }: Pick<Outputs, "package" | "folder">, version: string): InitFile {
  const contents = render({
    name,
    version: "0.0.0",
    private: true,
    description: 'Written by "veltrix build" from schemas/. Never edited.',
    type: "module",
    exports: { "./*": { types: "./*/index.d.ts", default: "./*/index.js" }, "./package.json": "./package.json" },
    scripts: { build: "veltrix build" },
    dependencies: { "@veltrix/runtime": version },
    devDependencies: { "@veltrix/cli": version },
  });
  return { path: `${folder}/package.json`, contents };
}

/** Never cached: a cache hit would overwrite a hand edit in silence and keep folders that nothing gives any more. */
export function turboFile({ folder }: Pick<Outputs, "folder">): InitFile {
  const build = { inputs: ["$TURBO_DEFAULT$", "$TURBO_ROOT$/schemas/**"], outputs: ["*/**", "index.json"], cache: false };
  return { path: `${folder}/turbo.json`, contents: render({ extends: ["//"], tasks: { build } }) };
}

function render(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
