// Values that this code refuses, of another contract than it was built with: nothing in schemas/ is wrong, and the message says
// which of the two is older.
import { expect, it } from "vitest";
import { values } from "../testing/gateway.ts";
import { loadGateway, mountGateway, problemsOf } from "../testing/mount.ts";

const newer = { ...values, addedLater: true };

async function hintOf(contractVersion: string, contract = "v1:sha256:c1"): Promise<string> {
  const mount = await mountGateway(newer, { contract, contractVersion });
  const [problem] = await problemsOf(loadGateway(mount.variables));
  expect(problem).toMatchObject({ code: "VX5005", pointer: "/addedLater" });
  return problem?.hint ?? "";
}

it("names an image that is older than the configuration", async () => {
  expect(await hintOf("1.10.0")).toBe(
    "contract-skew: this code was built with contract 1.2.0 of device-gateway, older than 1.10.0, which the configuration is of: roll out the code and the configuration of one build, here the newer image",
  );
});

it("names a configuration that is older than the image", async () => {
  expect(await hintOf("1.2.0-rc.1")).toMatch(
    /^contract-skew: the configuration is of contract 1\.2\.0-rc\.1 of device-gateway, older than 1\.2\.0,/,
  );
});

it("says so where both have one version and are not one contract", async () => {
  expect(await hintOf("1.2.0")).toMatch(
    /^contract-skew: configuration and code both say contract 1\.2\.0 of device-gateway and are of different ones/,
  );
});

it("speaks of schemas/ where the contract is the code's own", async () => {
  expect(await hintOf("1.2.0", "v1:sha256:c0")).toMatch(/^correct it in schemas\/device-gateway\/values/);
});
