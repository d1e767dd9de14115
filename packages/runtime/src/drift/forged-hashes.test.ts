// Every hash of a veltrix.json is forged alone, and each two of them together: none may be believed.
import { type DriftFinding, renderDelivered } from "@veltrix/protocol";
import { expect, it } from "vitest";
import { CONTRACT, gateway, hashesOf, renderHashes, values, withValue } from "../testing/gateway.ts";
import { loadGateway, mountGateway, problemsOf, startGateway } from "../testing/mount.ts";
import { inspectProof } from "./inspect-proof.ts";

const built = hashesOf(values);
const forge = (index: number): string => `v1:sha256:${index.toString(16).padStart(64, "0")}`;
const names = ["bytes", "root", "restart", ...Object.keys(built.leaves)];

/** The hashes with some of them forged, by name. */
function forged(which: readonly string[], policy = built.policy): typeof built {
  const hashes = { ...built, policy, leaves: { ...built.leaves } };
  for (const [index, name] of which.entries()) {
    if (name === "bytes" || name === "root" || name === "restart") hashes[name] = forge(index);
    else hashes.leaves[name] = forge(index);
  }
  return hashes;
}

const nameOf = ({ pointer, fingerprint }: DriftFinding): string => fingerprint ?? pointer;
const pairs = names.flatMap((first, index) => [[first], ...names.slice(index + 1).map((second) => [first, second])]);

it("R18: tells each forged hash, and each two, by name", () => {
  const { hot } = gateway();
  const common = { value: values, configText: renderDelivered(values), known: [], hidden: [], hot };
  const told = pairs.map((pair) => {
    const { findings, root } = inspectProof({ ...common, hashes: forged(pair) });
    expect(root).toBe(built.root);
    return findings.map(nameOf).sort();
  });
  expect(pairs.length).toBe((names.length * (names.length + 1)) / 2);
  expect(told).toEqual(pairs.map((pair) => [...pair].sort()));
});

it("R18: starts with none of them where the policy refuses drift, and says which it is", async () => {
  const mount = await mountGateway();
  const policy = { onDrift: "refuse", overrides: "allow" } as const;
  for (const name of names) {
    await mount.publish({ "config.json": renderDelivered(values), "veltrix.json": renderHashes(values, forged([name], policy)) });
    const problems = await problemsOf(loadGateway(mount.variables));
    expect(problems.map(({ code, message }) => [code, message.includes(name)])).toEqual([["VX5010", true]]);
  }
  await mount.deliver(values, { policy });
  await expect(loadGateway(mount.variables)).resolves.toBeDefined();
});

it("R18: an edit whose own hashes were made to fit is told by what was forgotten", async () => {
  const mount = await mountGateway();
  const edited = withValue("/mqtt/qos", 2);
  const own = hashesOf(edited);
  const publish = (changes: Partial<typeof built>): Promise<void> =>
    mount.publish({ "config.json": renderDelivered(edited), "veltrix.json": renderHashes(values, changes) });
  const tell = async (): Promise<readonly string[]> => {
    const { instance, begin } = await startGateway(mount.variables);
    await begin();
    expect(instance.status().root).toBe(own.root);
    return (instance.status().drift?.findings ?? []).map(nameOf);
  };
  await publish({ bytes: own.bytes });
  expect(await tell()).toEqual(["/mqtt/qos"]);
  await publish({ bytes: own.bytes, root: own.root, restart: own.restart });
  expect(await tell()).toContain("/mqtt/qos");
  await publish({ bytes: own.bytes, leaves: own.leaves });
  expect(await tell()).toEqual(["root", "restart"]);
  await publish({ root: own.root, leaves: own.leaves });
  expect(await tell()).toEqual(["restart", "bytes"]);
});

it("R18: tells another contract as that, and judges no restart hash by a contract that it is not of", async () => {
  const mount = await mountGateway(values, { contract: `${CONTRACT}1`, restart: forge(1) });
  const { instance, begin } = await startGateway(mount.variables);
  await begin();
  expect(instance.status().drift?.findings.map(({ hop, fingerprint }) => [hop, fingerprint])).toEqual([["contract-skew", undefined]]);
});

it("R18: gives no hash away from which a text that nobody declared could be guessed", () => {
  const pasted = { ...values, pin: "1234" };
  const { findings } = inspectProof({
    value: pasted,
    configText: renderDelivered(pasted),
    hashes: forged(["root"]),
    known: [],
    hidden: ["/pin"],
  });
  expect(findings.map((finding) => [nameOf(finding), finding.actual])).toEqual([
    ["/pin", {}],
    ["root", {}],
  ]);
});
