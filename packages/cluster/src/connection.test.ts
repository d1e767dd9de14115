import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type ConnectionOptions, openConnection } from "./connection.ts";
import { openDeleter } from "./delete.ts";
import { openCluster } from "./read.ts";

const config = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "eu", cluster: { server: "https://eu.example.test:6443/base/" } }],
  users: [{ name: "me", user: { token: "t0ken" } }],
  contexts: [
    { name: "eu-1", context: { cluster: "eu", user: "me" } },
    { name: "broken", context: { cluster: "gone", user: "me" } },
  ],
  "current-context": "eu-1",
};

/** A folder with `.kube/config`-like files. */
function folderWith(files: { readonly [name: string]: object | string }): string {
  const folder = mkdtempSync(join(tmpdir(), "veltrix-kube-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, value] of Object.entries(files))
    writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
  return folder;
}

it("takes the current context, its server and its credentials", async () => {
  const folder = folderWith({ config });
  const { name, server, credentials } = await openConnection({ kubeconfig: join(folder, "config") });
  expect([name, server]).toEqual(["eu-1", "https://eu.example.test:6443/base"]);
  expect((await credentials()).headers).toMatchObject({ Authorization: "Bearer t0ken" });
});

it("merges the files of KUBECONFIG as kubectl does, the first one wins", async () => {
  const second = {
    ...config,
    "current-context": "us-1",
    clusters: [{ name: "us", cluster: { server: "https://us.example.test" } }],
    contexts: [{ name: "us-1", context: { cluster: "us", user: "me" } }],
    users: [],
  };
  const folder = folderWith({ first: config, second });
  const KUBECONFIG = ["first", "absent", "second"].map((name) => join(folder, name)).join(":");
  expect((await openConnection({ env: { KUBECONFIG } })).name).toBe("eu-1");
  expect((await openConnection({ env: { KUBECONFIG }, context: "us-1" })).server).toBe("https://us.example.test");
});

it.each<[string, ConnectionOptions, RegExp]>([
  ["nothing at all", { env: {} }, /no kubeconfig, and this is no pod/],
  ["a file that is not there", { kubeconfig: "/no/such/file" }, /cannot be read/],
  ["a KUBECONFIG that is not there", { env: { KUBECONFIG: "/no/such/file" } }, /no such file exists/],
])("asks no cluster when it is given %s", async (_what, options, message) => {
  await expect(openConnection(options)).rejects.toMatchObject({ kind: "no-config", message: expect.stringMatching(message) as string });
});

/** What opening, or asking for credentials, says. */
async function refusal(file: object | string): Promise<string> {
  const kubeconfig = join(folderWith({ config: file }), "config");
  try {
    await (await openConnection({ kubeconfig })).credentials();
  } catch (error) {
    expect(error).toMatchObject({ kind: "no-config" });
    return error instanceof Error ? error.message : "";
  }
  return "";
}

const program = (...args: readonly string[]): object => ({
  ...config,
  users: [
    {
      name: "me",
      user: {
        exec: { apiVersion: "client.authentication.k8s.io/v1", command: "/bin/sh", args: ["-c", ...args], interactiveMode: "Never" },
      },
    },
  ],
});

it("A6: tells no line of a kubeconfig that is no YAML", async () => {
  const said = await refusal("users:\n- name: me\n  user:\n    token: hunter2\n   bad: [\n");
  expect(said).toContain("cannot be read: bad indentation");
  expect(said).not.toContain("hunter2");
});

it.each([
  ["prints no JSON", ["echo hunter2"], "the program that the kubeconfig names printed no JSON"],
  ["gives nothing", ["echo '{\"status\":{}}'"], "gave no credentials"],
  ["fails", ["echo hunter2; echo 'log in first' >&2; exit 1"], "log in first"],
])("A6: tells nothing that a program for credentials printed when it %s", async (_what, args, message) => {
  const said = await refusal(program(...args));
  expect(said).toContain(message);
  expect(said).not.toContain("hunter2");
});

it("runs the program that a kubeconfig names, as kubectl does", async () => {
  const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token: "fresh" } };
  const folder = folderWith({ config: program(`echo '${JSON.stringify(credential)}'`) });
  const { credentials } = await openConnection({ kubeconfig: join(folder, "config") });
  expect((await credentials()).headers).toMatchObject({ Authorization: "Bearer fresh" });
});

it("says so where a certificate of the kubeconfig is none", async () => {
  const none = Buffer.from("hunter2").toString("base64");
  const user = { "client-certificate-data": none, "client-key-data": none };
  const kubeconfig = join(folderWith({ config: { ...config, users: [{ name: "me", user }] } }), "config");
  const refused = { kind: "no-config", message: expect.stringContaining("the certificates of the kubeconfig cannot be used") as string };
  await expect((await openCluster({ kubeconfig })).list("ConfigMap")).rejects.toMatchObject(refused);
  const condemned = { namespace: "iot", name: "a", uid: "b", resourceVersion: "1" };
  await expect((await openDeleter({ kubeconfig })).deleteConfigMap(condemned)).rejects.toMatchObject(refused);
});

it.each<[string, object | string, string | undefined, RegExp]>([
  ["a context that is not there", config, "eu-2", /no context `eu-2`; it holds eu-1, broken/],
  ["a context without its cluster", config, "broken", /cluster that the kubeconfig does not hold/],
  ["no current context", { ...config, "current-context": "" }, undefined, /no current context/],
  ["a server that is no URL", { ...config, clusters: [{ name: "eu", cluster: { server: "eu.example.test" } }] }, undefined, /is no URL/],
  ["no YAML", "a: [", undefined, /cannot be read/],
  ["an empty file", "", undefined, /cannot be read/],
])("asks no cluster when the kubeconfig has %s", async (_what, file, context, message) => {
  const kubeconfig = join(folderWith({ config: file }), "config");
  const opened = openConnection({ kubeconfig, ...(context === undefined ? {} : { context }) });
  await expect(opened).rejects.toMatchObject({ kind: "no-config", message: expect.stringMatching(message) as string });
});
