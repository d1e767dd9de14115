import { describe, expect, it } from "vitest";
import { runCommand } from "./run-command.ts";

function collect(): { readonly io: Parameters<typeof runCommand>[0]; readonly printed: { stdout: string; stderr: string } } {
  const printed = { stdout: "", stderr: "" };
  const io = {
    stdout: (text: string) => void (printed.stdout += text),
    stderr: (text: string) => void (printed.stderr += text),
    cwd: "/",
    env: {},
    isTerminal: false,
  };
  return { io, printed };
}

describe("a fault of Veltrix itself", () => {
  it("reports VX9001 with the stack on stderr and exits 2", async () => {
    const { io, printed } = collect();
    const code = await runCommand(io, "pretty", () => {
      throw new TypeError("x is not a function");
    });
    expect(code).toBe(2);
    expect(printed.stdout).toBe("");
    expect(printed.stderr).toContain("TypeError: x is not a function\n    at ");
    expect(printed.stderr).toContain("this is a bug in Veltrix");
    expect(printed.stderr).toContain("error[VX9001]");
  });

  it("prints VX9001 as JSON on stdout where JSON was asked for", async () => {
    const { io, printed } = collect();
    const code = await runCommand(io, "json", () => Promise.reject(new Error("no")));
    expect(code).toBe(2);
    expect(JSON.parse(printed.stdout)).toMatchObject({ diagnostics: [{ code: "VX9001" }] });
    expect(printed.stderr).toContain("this is a bug in Veltrix");
  });
});
