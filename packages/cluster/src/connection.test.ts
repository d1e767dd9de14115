import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type ConnectionOptions, openConnection } from "./connection.ts";

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
