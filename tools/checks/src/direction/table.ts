// Who may import whom. ARCHITECTURE.md draws it; this is what holds.

/** What one package may import of ours, named without `@veltrix/`. */
export interface Row {
  /** Its sources, and what it declares: all of them stand above it in the table. */
  readonly imports: readonly string[];
  /** Its tests and their helpers, beside that. */
  readonly tests?: readonly string[];
  /**
   * Folders and files of `src`, lowest first: none imports from one that stands after it. What is not listed stands
   * on no floor.
   */
  readonly floors?: readonly string[];
}

/** The packages that make the product, lowest first: a package imports only what stands above it here. */
export const product: { readonly [name: string]: Row } = {
  // For tests alone: no source imports it.
  testkit: { imports: [] },

  // The words, and what each end does by itself.
  protocol: { imports: [], floors: ["json.ts", "leaves.ts", "delivered.ts", "kubernetes"] },
  diagnostics: { imports: ["protocol"], floors: ["catalogue", "diagnostic.ts", "positions.ts", "frame.ts", "reporters"] },
  runtime: {
    imports: ["protocol"],
    floors: ["json", "machine", "contract", "mount", "drift", "sources", "view", "held", "follow", "start", "service.ts"],
  },
  cluster: { imports: ["protocol"], tests: ["testkit"] },

  // From schemas to files.
  compiler: {
    imports: ["protocol", "diagnostics"],
    tests: ["testkit"],
    floors: ["model.ts", "host", "read", "link", "resolve", "check", "compile.ts", "emitter.ts", "emit", "write", "build.ts", "index.ts"],
  },
  "emit-typescript": {
    imports: ["protocol", "diagnostics", "compiler"],
    tests: ["testkit", "runtime"],
    floors: ["text.ts", "types", "reference", "emitter.ts"],
  },
  kubernetes: {
    imports: ["protocol", "diagnostics", "compiler"],
    tests: ["testkit"],
    floors: ["render/yaml.ts", "objects", "pod", "render", "admission", "manifests", "emitter", "patch", "index.ts"],
  },

  // What is judged by comparing: models with models, and with what runs.
  analysis: {
    imports: ["protocol", "diagnostics", "compiler", "kubernetes"],
    tests: ["testkit", "emit-typescript"],
    floors: ["service-config.ts", "follow-references.ts", "restarts", "diff"],
  },

  // What people and processes talk to.
  server: {
    imports: ["protocol", "diagnostics", "compiler", "cluster", "analysis"],
    tests: ["testkit", "runtime"],
    floors: ["files.ts", "store"],
  },
  cli: {
    imports: ["protocol", "diagnostics", "runtime", "cluster", "compiler", "emit-typescript", "kubernetes", "analysis", "server"],
    tests: ["testkit"],
    floors: ["io.ts", "command.ts", "workspace.ts", "commands", "main.ts"],
  },

  // What is built, and what uses it.
  generated: { imports: ["runtime"], tests: ["cli"] },
  "example-platform": { imports: [] },
  "example-alert-engine": { imports: ["generated", "example-platform"] },
  "example-broker": { imports: ["generated", "example-platform"] },
  "example-device-gateway": { imports: ["generated", "example-platform"] },
  "example-event-router": { imports: ["generated", "example-platform"] },
};

/** Tools may import every package of the product, and of one another what is said here. Nothing imports them. */
export const betweenTools: { readonly [name: string]: readonly string[] } = {
  envtest: ["e2e"],
};

/** Rows of packages that are not there yet. */
export const planned: readonly string[] = [];
