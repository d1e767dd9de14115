// ConfigMaps and Secrets in the team's own manifests: names, keys, sizes, and that none stands in the way of ours.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { appendToken } from "@veltrix/protocol";
import { SERVICE_LABEL } from "@veltrix/protocol/kubernetes";
import { MAX_DATA_BYTES } from "../check-objects.ts";
import { dataKey, dnsSubdomain, isLegal } from "../../objects/name-grammars.ts";
import { type CheckContext, locationOf } from "./check-context.ts";
import type { PlacedManifest } from "./known-objects.ts";

/** Every diagnostic of an object that the manifests define. */
export function checkGivenObject(placed: PlacedManifest, context: CheckContext): void {
  const { manifest, places } = placed;
  const { kind, name, pointer, value } = manifest;
  if ((kind !== "ConfigMap" && kind !== "Secret") || manifest.apiVersion !== "v1") return;
  const { diagnostics } = context;
  const at = locationOf(placed, `${pointer}/metadata/name`);
  if (name === undefined) {
    diagnostics.add("VX3017", { what: `the name of a ${kind}`, expected: "a text" }, { at, places });
    return;
  }
  if (name.includes("{{")) diagnostics.add("VX3016", {}, { at, places });
  else if (!isLegal(name, dnsSubdomain))
    diagnostics.add("VX4002", { what: `the name of a ${kind}`, name, rule: dnsSubdomain.rule }, { at, places });
  checkData(placed, context);
  for (const place of places) {
    const service = context.known.find(place, kind, name)?.service;
    // A rendering of ours, such as the output of `helm template`, carries our label.
    if (service !== undefined && labelOf(value) !== service)
      diagnostics.add("VX4001", { what: kind, name, first: service, second: placed.file }, { at, places: [place] });
  }
}

function labelOf(value: JsonObject): JsonValue | undefined {
  const labels = isJsonObject(value["metadata"]) ? value["metadata"]["labels"] : undefined;
  return isJsonObject(labels) ? labels[SERVICE_LABEL] : undefined;
}

function checkData(placed: PlacedManifest, { diagnostics }: CheckContext): void {
  const { manifest, places } = placed;
  const { kind, name = "", pointer, value } = manifest;
  let bytes = 0;
  for (const member of ["data", "binaryData", "stringData"]) {
    const data = value[member];
    if (data === undefined || data === null) continue;
    if (!isJsonObject(data)) {
      const at = locationOf(placed, `${pointer}/${member}`);
      diagnostics.add("VX3017", { what: `\`${member}\` of the ${kind} \`${name}\``, expected: "an object" }, { at, places });
      continue;
    }
    const isEncoded = member === "binaryData" || (kind === "Secret" && member === "data");
    for (const [key, text] of Object.entries(data)) {
      const at = appendToken(`${pointer}/${member}`, key);
      if (!isLegal(key, dataKey))
        diagnostics.add(
          "VX4002",
          { what: `a key of a ${kind}`, name: key, rule: dataKey.rule },
          { at: locationOf(placed, at, "key"), places },
        );
      if (typeof text !== "string")
        diagnostics.add(
          "VX3017",
          { what: `the value of \`${key}\``, expected: "a text in quotes" },
          { at: locationOf(placed, at), places },
        );
      else bytes += isEncoded ? Buffer.from(text, "base64").length : Buffer.byteLength(text);
    }
  }
  if (bytes > MAX_DATA_BYTES)
    diagnostics.add(
      "VX4003",
      { object: `${kind} ${name}`, bytes, limit: MAX_DATA_BYTES },
      { at: locationOf(placed, `${pointer}/metadata/name`), places },
    );
}
