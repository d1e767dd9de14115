// Which rules want an event.
import type { TelemetryEvent } from "@veltrix/example-platform";
import type { EventRouterConfig } from "@veltrix/generated/event-router";

type Rules = EventRouterConfig["routing"]["current"]["rules"];
type Rule = Rules[number];

/** Gives the rules that match an event, in their order. */
export type Route = (rules: Rules, event: TelemetryEvent) => readonly Rule[];

/** A router that compiles the rules' expressions once for each set of rules that it is given. */
export function createRouter(): Route {
  const compiled = new WeakMap<Rules, readonly (RegExp | undefined)[]>();
  return (rules, event) => {
    let devices = compiled.get(rules);
    if (devices === undefined) {
      devices = rules.map((rule) => (rule.device === undefined ? undefined : new RegExp(rule.device, "u")));
      compiled.set(rules, devices);
    }
    const expressions = devices;
    return rules.filter((rule, index) => matches(rule, expressions[index], event));
  };
}

function matches(rule: Rule, device: RegExp | undefined, event: TelemetryEvent): boolean {
  if (device?.test(event.device) === false) return false;
  const { metrics } = rule;
  return metrics === undefined || event.readings.some((reading) => metrics.includes(reading.metric));
}
