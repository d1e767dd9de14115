import { expect, it } from "vitest";
import { renderHelpers, renderTemplate } from "./helm-templates.ts";
import type { PodParts } from "../pod/pod-parts.ts";

const parts = (name: string): PodParts => ({
  annotations: { a: name },
  volumes: [{ name: "v", configMap: { name } }],
  volumeMounts: [{ name: "v", mountPath: "/v" }],
  env: [{ name: "E", value: name }],
});

it("writes the parts of equal environments once, and asks for the environment in every template", () => {
  const text = renderHelpers("a", [
    { environment: "dev", namespace: "iot-dev", parts: parts("x") },
    { environment: "staging", namespace: "iot-staging", parts: parts("x") },
    { environment: "prod", namespace: "iot-prod", parts: parts("y") },
  ]);
  for (const name of ["podAnnotations", "volumes", "volumeMounts", "env"])
    expect(text).toContain(`{{- define "veltrix.a.${name}" -}}\n{{- $environment := include "veltrix.a.environment" . }}\n{{- if has`);
  expect(text.match(/configMap:/g)).toHaveLength(2);
  expect(text).toContain(
    '{{- if has $environment (list "dev" "staging") -}}\n- name: v\n  configMap:\n    name: x\n{{- else if has $environment (list "prod") -}}\n',
  );
  // What is the same everywhere has one branch.
  expect(text).toContain('{{- if has $environment (list "dev" "staging" "prod") -}}\n- name: v\n  mountPath: "/v"\n{{- end }}');
});

it("M7: opens no action for a text that looks like one", () => {
  const text = renderHelpers("a", [{ environment: "dev", namespace: "iot-dev", parts: parts('{{ fail "x" }}') }]);
  expect(text).toContain('{{ "{{" }} fail');
  expect(text).not.toContain("{{ fail");
  expect(renderTemplate("a")).not.toMatch(/\btpl\b/);
});
