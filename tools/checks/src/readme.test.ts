// The first picture of the README is what a build of this repository really prints.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "@veltrix/cli";
import { temporaryWorkspace } from "@veltrix/testkit";
import { expect, it } from "vitest";
import { root } from "./repository.ts";

it("prints the failing build of README.md, and writes nothing", async () => {
  const workspace = temporaryWorkspace();
  cpSync(join(root, "schemas"), workspace.at("schemas"), { recursive: true });
  workspace.edit("schemas/device-gateway/values/prod.yaml", "  publicUrl: https://telemetry.veltrix.example/v1/telemetry\n", "");
  workspace.edit("schemas/device-gateway/values/base.yaml", "broker#/listener/host", "broker#/listener/hots");
  const before = workspace.files();
  let output = "";
  const write = (text: string): void => void (output += text);
  const io = { stdout: write, stderr: write, cwd: workspace.root, env: { NO_COLOR: "1" }, isTerminal: false };
  expect(await main(["build"], io)).toBe(1);
  const picture = /^```\n\$ npm run build\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1];
  expect(output).toBe(picture);
  expect(workspace.files()).toEqual(before);
});
