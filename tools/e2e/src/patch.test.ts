// `veltrix patch` against the real Kustomize: the Component and the spliced text must come to the same objects.
import { main } from "@veltrix/cli";
import { compile, emitAll, MemoryHost } from "@veltrix/compiler";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { run, temporaryFolder } from "./folder.ts";
import { kubernetesTools } from "./kubernetes-tools.ts";

const tools = kubernetesTools();
const skipped = "skipped" in tools ? tools.skipped : undefined;
const title = skipped === undefined ? "" : ` (SKIPPED: ${skipped})`;

const kinds = ["Deployment", "StatefulSet", "DaemonSet", "CronJob"] as const;
type Kind = (typeof kinds)[number];

function schemas(kind: Kind, delivery: "mutable" | "immutable"): { readonly [path: string]: string } {
  const contract = {
    "x-veltrix": { version: "1.0.0", workload: { kind, name: "edge" }, delivery },
    type: "object",
    additionalProperties: false,
    required: ["port", "host", "password"],
    properties: {
      port: { type: "integer", "x-env": "PORT" },
      host: { type: "string", "x-env": "HOST" },
      password: { type: "string", "x-secret": true, "x-env": "PASSWORD" },
    },
  };
  return {
    "schemas/veltrix.yaml": "environments: { prod: { namespace: iot } }\n",
    "schemas/gateway/config.schema.json": JSON.stringify(contract),
    "schemas/gateway/values/base.yaml": "port: 8883\nhost: a.example\npassword: !secret mqtt/password\n",
  };
}

interface Template {
  readonly metadata?: object;
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
}

function workload(kind: Kind, template: Template): object {
  const isBatch = kind === "CronJob";
  return {
    apiVersion: isBatch ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name: "edge", labels: { team: "edge" } },
    spec: isBatch ? { schedule: "0 3 * * *", jobTemplate: { spec: { template } } } : { template },
  };
}

/** The object with some lists ordered: Kustomize puts an item that it patches first, and `veltrix patch` moves nothing. */
function ordered(object: unknown, lists: readonly string[]): unknown {
  return JSON.parse(
    JSON.stringify(object, (key, value: unknown) =>
      lists.includes(key) ? [...(value as { name: string }[])].sort((a, b) => (a.name < b.name ? -1 : 1)) : value,
    ),
  );
}

async function patch(folder: string, text: string): Promise<string> {
  let stdout = "";
  let stderr = "";
  const code = await main(["patch", "--env", "prod"], {
    stdout: (part) => void (stdout += part),
    stderr: (part) => void (stderr += part),
    stdin: () => Promise.resolve(new TextEncoder().encode(text)),
    cwd: folder,
    env: {},
    isTerminal: false,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("patched for prod") as string });
  return stdout;
}

/** What Kustomize makes of the workload with the Component. */
function kustomized(root: string): unknown {
  if ("skipped" in tools) throw new Error(tools.skipped);
  const { stdout, stderr, status } = run(tools.kubectl, ["kustomize", "deploy"], root);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return parseAllDocuments(stdout, { version: "1.1" })[0]?.toJS();
}

interface Comparison {
  readonly delivery?: "mutable" | "immutable";
  /** Lists whose order is left out of the comparison. */
  readonly lists?: readonly string[];
}

/** How `veltrix patch` and the Component differ on each of `texts`. */
async function differences(kind: Kind, texts: readonly string[], comparison: Comparison = {}): Promise<readonly unknown[]> {
  const { delivery = "mutable", lists = ["containers"] } = comparison;
  const files = schemas(kind, delivery);
  const { model } = compile(new MemoryHost(files));
  if (model === undefined) throw new Error("the sample does not compile");
  const generated = (await emitAll(kubernetesEmitter, model)).files.map(({ path, contents }) => [`generated/${path}`, contents] as const);
  const found: unknown[] = [];
  for (const text of texts) {
    using folder = temporaryFolder([...Object.entries(files), ...generated, ["deploy/workload.yaml", text], kustomization]);
    const patched = await patch(folder.path, text);
    const [ours, theirs] = [ordered(parseAllDocuments(patched)[0]?.toJS(), lists), ordered(kustomized(folder.path), lists)];
    if (JSON.stringify(sorted(ours)) !== JSON.stringify(sorted(theirs))) found.push({ text, ours, theirs });
    if ((await patch(folder.path, patched)) !== patched) found.push({ text, problem: "patched twice, it is another text" });
    if (delivery === "mutable") found.push(...lostLines(text, patched));
  }
  return found;
}

const kustomization = [
  "deploy/kustomization.yaml",
  stringify({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: ["workload.yaml"],
    components: ["../generated/gateway/k8s/prod/component"],
  }),
] as const;

/** The same with the members of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, sorted(member)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Lines of the team's that are not there any more, as they were and in their order. */
function lostLines(before: string, after: string): readonly unknown[] {
  const lines = after.split("\n");
  let at = 0;
  return before.split("\n").flatMap((line) => {
    // An empty collection that is filled, and one on a single line, change their own line.
    if (/[[{]|null|~/.test(line)) return [];
    const found = lines.indexOf(line, at);
    if (found === -1) return [{ lost: line, before, after }];
    at = found + 1;
    return [];
  });
}

const env = fc
  .uniqueArray(fc.constantFrom("LOG", "ZED", "A"), { maxLength: 3 })
  .map((names) => names.map((name) => ({ name, value: name })));
const mounts = fc
  .uniqueArray(fc.constantFrom("/data", "/tmp/x"), { maxLength: 2 })
  .map((paths) => paths.map((mountPath) => ({ name: "data", mountPath })));
const container = (name: string): fc.Arbitrary<{ name: string }> =>
  fc.record(
    { name: fc.constant(name), image: fc.constant("a:1"), env, volumeMounts: mounts, args: fc.constant(["a"]) },
    { requiredKeys: ["name"] },
  );
const templates: fc.Arbitrary<Template> = fc
  .record({
    own: container("gateway"),
    others: fc.uniqueArray(fc.constantFrom("sidecar", "a"), { maxLength: 2 }).chain((names) => fc.tuple(...names.map(container))),
    isFirst: fc.boolean(),
    metadata: fc.option(
      fc.record({ labels: fc.constant({ app: "edge" }), annotations: fc.constantFrom({}, { team: "edge" }) }, { requiredKeys: [] }),
      { nil: undefined },
    ),
    volumes: fc.option(fc.constantFrom([], [{ name: "data", emptyDir: {} }]), { nil: undefined }),
  })
  .map(({ own, others, isFirst, metadata, volumes }) => ({
    ...(metadata === undefined ? {} : { metadata }),
    spec: { containers: isFirst ? [own, ...others] : [...others, own], ...(volumes === undefined ? {} : { volumes }) },
  }));

/** The same object in the many ways people write it. */
const styles: readonly ((object: object) => string)[] = [
  (object) => stringify(object),
  (object) => stringify(object, { indentSeq: false }),
  (object) => stringify(object, { indent: 4, defaultStringType: "QUOTE_DOUBLE" }),
  (object) => `${JSON.stringify(object, undefined, 2)}\n`,
  (object) => JSON.stringify(object),
  (object) => stringify(object, { collectionStyle: "flow" }),
  (object) => `# head\n---\n${stringify(object).replaceAll("\n", " # note\n\n")}`,
  (object) => stringify(object).replaceAll("\n", "\r\n"),
  (object) => stringify(object).trimEnd(),
];

describe.skipIf(skipped !== undefined)(`veltrix patch and the real kubectl${title}`, () => {
  it.each(kinds)(
    "make the same of a %s, in every style of writing",
    async (kind) => {
      const template = {
        metadata: { labels: { app: "edge" } },
        spec: {
          containers: [
            { name: "sidecar", image: "s:1", env: [{ name: "A", value: "1" }] },
            { name: "gateway", image: "a:1", env: [{ name: "LOG", value: "x" }], volumeMounts: [{ name: "data", mountPath: "/data" }] },
          ],
          volumes: [{ name: "data", emptyDir: {} }],
        },
      };
      const texts = styles.map((style) => style(workload(kind, template)));
      expect(await differences(kind, texts)).toEqual([]);
    },
    120_000,
  );

  it("make the same of an immutable delivery, and of what an earlier build patched", async () => {
    const template = {
      spec: {
        containers: [{ name: "gateway", image: "a:1", env: [{ name: "VELTRIX_ENVIRONMENT", value: "staging" }] }],
        volumes: [{ name: "veltrix-config", configMap: { name: "gateway-config-0123456789" } }],
      },
    };
    const texts = [stringify(workload("Deployment", template))];
    expect(await differences("Deployment", texts, { delivery: "immutable", lists: ["volumes", "env"] })).toEqual([]);
  }, 60_000);

  it(`make the same of any workload`, async () => {
    const runs = Number(process.env["VELTRIX_PATCH_RUNS"] ?? 25);
    const arbitrary = fc.tuple(fc.constantFrom(...kinds), templates, fc.constantFrom(...styles));
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([kind, template, style]) => {
        expect(await differences(kind, [style(workload(kind, template))])).toEqual([]);
      }),
      { numRuns: runs },
    );
  }, 600_000);
});

it.skipIf(skipped !== undefined)(
  `two Components of one workload stand side by side, and \`veltrix patch\` says the same${title}`,
  async () => {
    const adapter = {
      "x-veltrix": { version: "1.0.0", workload: { kind: "Deployment", name: "edge" } },
      type: "object",
      additionalProperties: false,
      properties: { topic: { type: "string" } },
    };
    const files = {
      ...schemas("Deployment", "mutable"),
      "schemas/adapter/config.schema.json": JSON.stringify(adapter),
      "schemas/adapter/values/base.yaml": "topic: readings\n",
    };
    const { model } = compile(new MemoryHost(files));
    if (model === undefined) throw new Error("the sample does not compile");
    const generated = (await emitAll(kubernetesEmitter, model)).files.map(({ path, contents }) => [`generated/${path}`, contents] as const);
    const text = stringify(workload("Deployment", { spec: { containers: [{ name: "gateway" }, { name: "adapter" }] } }));
    const components = ["gateway", "adapter"].map((id) => `../generated/${id}/k8s/prod/component`);
    const both = ["deploy/kustomization.yaml", stringify({ resources: ["workload.yaml"], components })] as const;
    using folder = temporaryFolder([...Object.entries(files), ...generated, ["deploy/workload.yaml", text], both]);
    const ours = parseAllDocuments(await patch(folder.path, text))[0]?.toJS();
    const lists = ["containers", "volumes"];
    expect(sorted(ordered(ours, lists))).toEqual(sorted(ordered(kustomized(folder.path), lists)));
    expect(ours).toMatchObject({
      spec: {
        template: {
          metadata: {
            annotations: {
              "veltrix.dev/restart-fingerprint-gateway": expect.stringMatching(/^v1:sha256:/) as string,
              "veltrix.dev/restart-fingerprint-adapter": expect.stringMatching(/^v1:sha256:/) as string,
            },
          },
        },
      },
    });
    const volumes = (ours as { readonly spec: { readonly template: { readonly spec: { readonly volumes: readonly { name: string }[] } } } })
      .spec.template.spec.volumes;
    expect(volumes.map(({ name }) => name).sort()).toEqual(["veltrix-config-adapter", "veltrix-config-gateway", "veltrix-secrets-gateway"]);
  },
);
