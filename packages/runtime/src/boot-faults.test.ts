import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { renderDelivered } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { MAX_FILE_BYTES } from "./folder.ts";
import { gateway, hashesOf, values, withValue } from "./testing/gateway.ts";
import { loadGateway, type Mount, mountGateway, problemsOf, temporaryFolder } from "./testing/mount.ts";

const config = renderDelivered(values);
const hashes = JSON.stringify(hashesOf(values));
const nested = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

interface Fault {
  readonly name: string;
  readonly files: { readonly [name: string]: string | Uint8Array | undefined };
  readonly code: string;
  readonly says: RegExp;
  readonly pointer?: string;
}

const faults: readonly Fault[] = [
  {
    name: "no config.json",
    files: { "veltrix.json": hashes },
    code: "VX5002",
    says: /does not exist/,
  },
  {
    name: "no veltrix.json",
    files: { "config.json": config },
    code: "VX5002",
    says: /does not exist/,
  },
  {
    name: "an empty config.json",
    files: { "config.json": "", "veltrix.json": hashes },
    code: "VX5003",
    says: /empty/,
  },
  {
    name: "a blank config.json",
    files: { "config.json": " \n", "veltrix.json": hashes },
    code: "VX5003",
    says: /empty/,
  },
  {
    name: "an empty veltrix.json",
    files: { "config.json": config, "veltrix.json": "" },
    code: "VX5003",
    says: /empty/,
  },
  {
    name: "a truncated config.json",
    files: { "config.json": config.slice(0, -9), "veltrix.json": hashes },
    code: "VX5003",
    says: /ends too early/,
  },
  {
    name: "a config.json cut in a string",
    files: { "config.json": config.slice(0, config.indexOf("broker.ex")), "veltrix.json": hashes },
    code: "VX5003",
    says: /ends too early/,
  },
  {
    name: "a truncated veltrix.json",
    files: { "config.json": config, "veltrix.json": hashes.slice(0, -2) },
    code: "VX5003",
    says: /not JSON/,
  },
  {
    name: "YAML",
    files: { "config.json": "mqtt:\n  qos: 1\n", "veltrix.json": hashes },
    code: "VX5003",
    says: /not JSON/,
  },
  {
    name: "a byte order mark",
    files: { "config.json": `\uFEFF${config}`, "veltrix.json": hashes },
    code: "VX5003",
    says: /byte order mark/,
  },
  {
    name: "UTF-16",
    files: { "config.json": Buffer.from(`\uFEFF${config}`, "utf16le"), "veltrix.json": hashes },
    code: "VX5003",
    says: /not UTF-8/,
  },
  {
    name: "invalid UTF-8",
    files: { "config.json": Buffer.from('{"a":"\xff"}', "latin1"), "veltrix.json": hashes },
    code: "VX5003",
    says: /not UTF-8/,
  },
  {
    name: "half a surrogate pair",
    files: { "config.json": '{"region":"\\ud800"}', "veltrix.json": hashes },
    code: "VX5003",
    says: /surrogate/,
    pointer: "/region",
  },
  {
    name: "an array",
    files: { "config.json": "[]", "veltrix.json": hashes },
    code: "VX5003",
    says: /not a JSON object/,
  },
  {
    name: "null",
    files: { "config.json": "null", "veltrix.json": hashes },
    code: "VX5003",
    says: /not a JSON object/,
  },
  {
    name: "a string",
    files: { "config.json": '"{}"', "veltrix.json": hashes },
    code: "VX5003",
    says: /not a JSON object/,
  },
  {
    name: "a duplicate key",
    files: {
      "config.json": config.replace('"qos": 1', '"qos": 1,\n    "qos": 2'),
      "veltrix.json": hashes,
    },
    code: "VX5003",
    says: /"qos" is there twice/,
    pointer: "/mqtt/qos",
  },
  {
    name: "an escaped duplicate key",
    files: {
      "config.json": config.replace('"qos": 1', '"qos": 1, "q\\u006fs": 2'),
      "veltrix.json": hashes,
    },
    code: "VX5003",
    says: /"qos" is there twice/,
  },
  {
    name: "a duplicate key in veltrix.json",
    files: {
      "config.json": config,
      "veltrix.json": hashes.replace('"format":1', '"format":1,"format":1'),
    },
    code: "VX5003",
    says: /twice/,
  },
  {
    name: "__proto__",
    files: { "config.json": '{"mqtt":{"__proto__":{"qos":1}}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /__proto__ is not allowed/,
    pointer: "/mqtt/__proto__",
  },
  {
    name: "an escaped __proto__",
    files: { "config.json": '{"\\u005f_proto__":1}', "veltrix.json": hashes },
    code: "VX5003",
    says: /__proto__ is not allowed/,
  },
  {
    name: "constructor",
    files: { "config.json": '{"constructor":{}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /constructor is not allowed/,
  },
  {
    name: "prototype",
    files: { "config.json": '{"prototype":{}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /prototype is not allowed/,
  },
  {
    name: "65 levels",
    files: { "config.json": nested(64), "veltrix.json": hashes },
    code: "VX5003",
    says: /deeper than 64/,
  },
  {
    name: "200,000 levels",
    files: { "config.json": nested(200_000), "veltrix.json": hashes },
    code: "VX5003",
    says: /deeper than 64/,
  },
  {
    name: "a number too large",
    files: { "config.json": '{"ingest":{"batch":1e400}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /too large/,
    pointer: "/ingest/batch",
  },
  {
    name: "an integer that loses digits",
    files: { "config.json": '{"ingest":{"batch":9007199254740993}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /more digits/,
  },
  {
    name: "a file over 1 MiB",
    files: { "config.json": `${config}${" ".repeat(MAX_FILE_BYTES)}`, "veltrix.json": hashes },
    code: "VX5002",
    says: /larger than/,
  },
  {
    name: "an unknown format",
    files: { "config.json": config, "veltrix.json": hashes.replace('"format":1', '"format":2') },
    code: "VX5003",
    says: /format is 2/,
  },
  {
    name: "a veltrix.json without leaves",
    files: { "config.json": config, "veltrix.json": hashes.replace('"leaves"', '"sheaves"') },
    code: "VX5003",
    says: /leaves/,
  },
  {
    name: "another service's file",
    files: {
      "config.json": config,
      "veltrix.json": JSON.stringify(hashesOf(values, { service: "event-router" })),
    },
    code: "VX5004",
    says: /service event-router/,
  },
  {
    name: "another environment's file",
    files: {
      "config.json": config,
      "veltrix.json": JSON.stringify(hashesOf(values, { environment: "dev" })),
    },
    code: "VX5004",
    says: /environment dev/,
  },
  {
    name: "a missing key",
    files: filesOf("/mqtt/brokerUrl", undefined),
    code: "VX5005",
    says: /\/mqtt\/brokerUrl is missing/,
    pointer: "/mqtt/brokerUrl",
  },
  {
    name: "a missing subtree",
    files: filesOf("/mqtt", undefined),
    code: "VX5005",
    says: /\/mqtt is missing/,
    pointer: "/mqtt",
  },
  {
    name: "a key missing in this environment only",
    files: filesOf("/region", undefined),
    code: "VX5005",
    says: /\/region is missing/,
    pointer: "/region",
  },
  {
    name: "a wrong type",
    files: filesOf("/mqtt/qos", "1"),
    code: "VX5005",
    says: /\/mqtt\/qos must be of type integer/,
    pointer: "/mqtt/qos",
  },
  {
    name: "a value out of range",
    files: filesOf("/ingest/batch", 101),
    code: "VX5005",
    says: /at most 100/,
    pointer: "/ingest/batch",
  },
  {
    name: "an unknown key",
    files: filesOf("/mqtt/brokrUrl", "x"),
    code: "VX5005",
    says: /\/mqtt\/brokrUrl is not a key of the contract/,
    pointer: "/mqtt/brokrUrl",
  },
  {
    name: "a text that is no unit",
    files: filesOf("/ingest/limits/window", "1 minute"),
    code: "VX5005",
    says: /must be a duration/,
    pointer: "/ingest/limits/window",
  },
  {
    name: "an item that is no unit",
    files: filesOf("/endpoints", ["a:1", "b"]),
    code: "VX5005",
    says: /must be a host and a port/,
    pointer: "/endpoints/1",
  },
  {
    name: "a secret among the values",
    files: filesOf("/mqtt/password", "leaked-canary"),
    code: "VX5005",
    says: /is a secret and stands among the values/,
    pointer: "/mqtt/password",
  },
  {
    name: "a required secret without a reference",
    files: {
      "config.json": config,
      "veltrix.json": JSON.stringify(hashesOf(values, { secrets: {} })),
    },
    code: "VX5006",
    says: /required secret/,
    pointer: "/mqtt/password",
  },
];

function filesOf(pointer: string, value: Parameters<typeof withValue>[1]): Fault["files"] {
  const changed = withValue(pointer, value);
  return {
    "config.json": renderDelivered(changed),
    "veltrix.json": JSON.stringify(hashesOf(changed)),
  };
}

describe("R1: source dir refuses to start", () => {
  it.each(faults)("R1: reports $code for $name", async ({ files, code, says, pointer }) => {
    const mount = await mountGateway();
    await mount.publish(files);
    const problems = await problemsOf(loadGateway(mount.variables));
    const found = problems.find((problem) => problem.code === code && says.test(problem.message));
    expect(found, JSON.stringify(problems)).toBeDefined();
    if (pointer !== undefined) expect(found?.pointer).toBe(pointer);
    expect(JSON.stringify(problems)).not.toContain("canary");
  });

  it.each(faults)("R1: reports $code for $name in a plain folder too", async ({ files, code }) => {
    const mount = await mountGateway();
    const dir = await temporaryFolder();
    for (const [name, contents] of Object.entries(files)) if (contents !== undefined) await writeFile(join(dir, name), contents);
    const problems = await problemsOf(loadGateway({ ...mount.variables, VELTRIX_CONFIG_DIR: dir }));
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  it("starts from the same files without a fault, mounted or plain", async () => {
    const mount = await mountGateway();
    const dir = await temporaryFolder();
    await writeFile(join(dir, "config.json"), config);
    await writeFile(join(dir, "veltrix.json"), hashes);
    for (const variables of [mount.variables, { ...mount.variables, VELTRIX_CONFIG_DIR: dir }]) {
      const { config: loaded } = await loadGateway(variables);
      expect(loaded.mqtt.qos).toBe(1);
    }
  });
});

const places: readonly {
  readonly name: string;
  readonly spoil: (mount: Mount) => Promise<void>;
  readonly code: string;
  readonly says: RegExp;
}[] = [
  {
    name: "no folder",
    spoil: ({ dir }) => rm(dir, { recursive: true }),
    code: "VX5002",
    says: /does not exist/,
  },
  {
    name: "a file in place of the folder",
    spoil: async ({ dir }) => {
      await rm(dir, { recursive: true });
      await writeFile(dir, "{}");
    },
    code: "VX5002",
    says: /not a folder/,
  },
  {
    name: "a folder in place of the file",
    spoil: async ({ dir }) => {
      await rm(join(dir, "..data"));
      await rm(join(dir, "config.json"));
      await mkdir(join(dir, "config.json"));
    },
    code: "VX5002",
    says: /not a regular file/,
  },
  {
    name: "a named pipe in place of the file",
    spoil: async ({ dir }) => {
      await rm(join(dir, "..data"));
      await rm(join(dir, "config.json"));
      execFileSync("mkfifo", [join(dir, "config.json")]);
    },
    code: "VX5002",
    says: /not a regular file/,
  },
  {
    name: "a link before its target",
    spoil: async ({ dir }) => {
      await rm(join(dir, "..data"));
      await symlink("..not-yet", join(dir, "..data"));
    },
    code: "VX5002",
    says: /points to nothing/,
  },
  {
    name: "a link to itself",
    spoil: async ({ dir }) => {
      await rm(join(dir, "..data"));
      await rm(join(dir, "config.json"));
      await symlink("config.json", join(dir, "config.json"));
    },
    code: "VX5002",
    says: /run in a circle/,
  },
];

describe("R1: places", () => {
  it.each(places)("R1: reports $code for $name", async ({ spoil, code, says }) => {
    const mount = await mountGateway();
    await spoil(mount);
    const problems = await problemsOf(loadGateway(mount.variables));
    expect(
      problems.some((problem) => problem.code === code && says.test(problem.message)),
      JSON.stringify(problems),
    ).toBe(true);
  });
});

describe("R1: settings", () => {
  const settings: readonly {
    readonly change: { readonly [name: string]: string | undefined };
    readonly codes: readonly string[];
  }[] = [
    { change: { VELTRIX_SOURCE: undefined }, codes: ["VX5001"] },
    { change: { VELTRIX_SOURCE: "" }, codes: ["VX5001"] },
    { change: { VELTRIX_SOURCE: "file" }, codes: ["VX5001"] },
    { change: { VELTRIX_SOURCE: "DIR" }, codes: ["VX5001"] },
    { change: { VELTRIX_SOURCE: "server" }, codes: ["VX5001"] },
    { change: { VELTRIX_ENVIRONMENT: undefined }, codes: ["VX5008"] },
    { change: { VELTRIX_CONFIG_DIR: undefined }, codes: ["VX5008"] },
    { change: { VELTRIX_SECRETS_DIR: undefined }, codes: ["VX5008"] },
    { change: { VELTRIX_SECRETS_DIR: "" }, codes: ["VX5008"] },
    {
      change: {
        VELTRIX_SOURCE: undefined,
        VELTRIX_ENVIRONMENT: undefined,
        VELTRIX_SECRETS_DIR: undefined,
      },
      codes: ["VX5001", "VX5008", "VX5008"],
    },
  ];

  it.each(settings)("R1: reports $codes for $change", async ({ change, codes }) => {
    const mount = await mountGateway();
    const problems = await problemsOf(loadGateway({ ...mount.variables, ...change }));
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });

  it("R1: says that this build has no server source, and what to set", async () => {
    const [problem] = await problemsOf(
      loadGateway({ VELTRIX_SOURCE: "server", VELTRIX_ENVIRONMENT: "prod" }, {}, gateway({ secrets: {} })),
    );
    expect(problem?.message).toContain("this build of the runtime has no server source");
    expect(problem?.hint).toMatch(/VELTRIX_SOURCE=dir.*VELTRIX_CONFIG_DIR.*VELTRIX_SOURCE=env.*VELTRIX_ENVIRONMENT/);
  });

  it("lists settings, values and secrets in one go", async () => {
    const mount = await mountGateway(withValue("/mqtt/qos", 7, withValue("/ingest/batch", "ten")));
    await rm(join(mount.secretsDir, "mqtt-credentials"), { recursive: true });
    const problems = await problemsOf(loadGateway({ ...mount.variables, VELTRIX_ENVIRONMENT: undefined }));
    expect(problems.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["VX5008", ""],
      ["VX5006", "/mqtt/password"],
      ["VX5005", "/ingest/batch"],
      ["VX5005", "/mqtt/qos"],
    ]);
  });

  it("names service, environment, code, key, file and what to do in the message", async () => {
    const mount = await mountGateway(withValue("/mqtt/qos", 7));
    const message = await loadGateway(mount.variables).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(message.replaceAll(mount.dir, "<dir>")).toMatchInlineSnapshot(`
      "device-gateway cannot use its configuration in prod: 1 problem
        VX5005 /mqtt/qos must be at most 2 (<dir>)
          help: correct it in schemas/device-gateway/values, run \`veltrix build\` and deploy the result for prod"
    `);
  });
});
