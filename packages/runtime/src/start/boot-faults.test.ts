import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { config, fileFaults, hashes } from "../testing/file-faults.ts";
import { gateway, withValue } from "../testing/gateway.ts";
import { loadGateway, type Mount, mountGateway, problemsOf, temporaryFolder } from "../testing/mount.ts";

describe("R1: source dir refuses to start", () => {
  it.each(fileFaults)("R1: reports $code for $name", async ({ files, code, says, pointer }) => {
    const mount = await mountGateway();
    await mount.publish(files);
    const problems = await problemsOf(loadGateway(mount.variables));
    const at = pointer === undefined ? {} : { pointer };
    expect(problems).toContainEqual(expect.objectContaining({ code, message: expect.stringMatching(says), ...at }));
    expect(JSON.stringify(problems)).not.toContain("canary");
  });

  it.each(fileFaults)("R1: reports $code for $name in a plain folder too", async ({ files, code }) => {
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
    expect(problems).toContainEqual(expect.objectContaining({ code, message: expect.stringMatching(says) }));
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
    { change: { VELTRIX_SOURCE: "server" }, codes: ["VX5008"] },
    { change: { VELTRIX_SOURCE: "server", VELTRIX_SERVER: "config.example" }, codes: ["VX5001"] },
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

  it("R1: says what to set where nothing is", async () => {
    const [problem] = await problemsOf(loadGateway({ VELTRIX_ENVIRONMENT: "prod" }, {}, gateway({ secrets: {} })));
    expect(problem?.hint).toMatch(/VELTRIX_SOURCE=dir.*VELTRIX_CONFIG_DIR.*VELTRIX_SERVER.*VELTRIX_SOURCE=env.*VELTRIX_ENVIRONMENT/);
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
