import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { readNamedFile } from "./disk.ts";
import { runMain } from "./testing/run-main.ts";

describe("a file that is named on the command line", () => {
  it("may be a link, and is a plain file of a bounded size", () => {
    const workspace = temporaryWorkspace({ "far/a.yaml": "text" });
    symlinkSync(workspace.at("far/a.yaml"), workspace.at("link"));
    symlinkSync(workspace.at("nowhere"), workspace.at("dangling"));
    symlinkSync("loop", workspace.at("loop"));
    execFileSync("mkfifo", [workspace.at("pipe")]);
    symlinkSync(workspace.at("pipe"), workspace.at("link-to-pipe"));
    const reasonOf = (name: string, limit = 4): string => {
      const read = readNamedFile(workspace.at(name), limit);
      return read.kind === "bytes" ? Buffer.from(read.bytes).toString("utf8") : read.kind === "missing" ? "missing" : `no: ${read.reason}`;
    };
    expect(reasonOf("far/a.yaml")).toBe("text");
    expect(reasonOf("link")).toBe("text");
    expect(reasonOf("link", 3)).toBe("no: it has 4 bytes, and 3 is the limit");
    for (const name of ["pipe", "link-to-pipe"]) expect(reasonOf(name)).toBe("no: it is not a plain file");
    expect(reasonOf("far")).toMatch(/^no: /);
    expect(reasonOf("loop")).toBe("no: ELOOP");
    for (const name of ["dangling", "nowhere", "far/a.yaml/x"]) expect(reasonOf(name)).toBe("missing");
  });

  it.each([
    ["patch --env prod --file pipe", "error[VX7011]"],
    ["prune --env prod --keep-count 1 --instances pipe", "error[VX7011]"],
    ["run --env dev --service checkout --secrets pipes -- true", "error[VX1007]"],
  ])("is not waited for where it is a pipe: %s", async (line, says) => {
    const workspace = temporaryWorkspace(shop);
    mkdirSync(workspace.at("pipes/shop-db"), { recursive: true });
    for (const path of ["pipe", "pipes/shop-db/password"]) execFileSync("mkfifo", [workspace.at(path)]);
    const { code, stdout, stderr } = await runMain(line.split(" "), { cwd: workspace.root });
    expect(stderr).toContain(says);
    expect(stderr).toContain("it is not a plain file");
    expect([code, stdout]).toEqual([1, ""]);
  });
});

describe("the secrets of a workspace", () => {
  it.each(["link", "pipe"])("are not read through a %s", async (kind) => {
    const outside = temporaryWorkspace({ "dev.yaml": "shop-db: { password: hunter2 }\n" });
    const workspace = temporaryWorkspace(shop);
    const path = workspace.at(".veltrix/secrets/dev.yaml");
    mkdirSync(workspace.at(".veltrix/secrets"), { recursive: true });
    if (kind === "link") symlinkSync(outside.at("dev.yaml"), path);
    else execFileSync("mkfifo", [path]);
    const { code, stdout, stderr } = await runMain(["run", "--env", "dev", "--service", "checkout", "--", "true"], { cwd: workspace.root });
    expect(stderr).toContain("error[VX1007]");
    expect(stdout + stderr).not.toContain("hunter2");
    expect(code).toBe(1);
  });
});
