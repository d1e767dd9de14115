// What is said when nobody listens: one structured line per event, with the next command to run.
import { type ConfigProblem, type DriftFinding, type DriftReport, type DriftSide, staleReasons } from "@veltrix/protocol";
import { driftCommand } from "../drift/inspect-proof.ts";
import type { Instance } from "../held/instance.ts";
import type { RejectedEvent, RestartRequiredEvent, StaleEvent } from "../held/events.ts";

/** The events that must not go unheard. */
export type Unheard =
  | { readonly name: "drift"; readonly event: DriftReport }
  | { readonly name: "rejected"; readonly event: RejectedEvent }
  | { readonly name: "restart-required"; readonly event: RestartRequiredEvent }
  | { readonly name: "stale"; readonly event: StaleEvent }
  | { readonly name: "trouble"; readonly event: ConfigProblem };

/** Hands an event to the logger, or writes it to stderr as one line of JSON. */
export function report(instance: Instance<unknown>, unheard: Unheard): void {
  const { service, environment } = instance;
  const { followed, logger } = instance.input;
  const { message, ...details } = describe(unheard);
  const next = driftCommand(followed?.source.dir, service, environment);
  const line = { ...details, event: unheard.name, service, environment, next };
  if (logger === undefined) process.stderr.write(`${JSON.stringify({ level: "warn", message, ...line })}\n`);
  else instance.listeners.call(logger, "the log", () => logger.warn(line, message));
}

interface Description {
  readonly code: string;
  readonly message: string;
  readonly keys: readonly string[];
  readonly findings?: readonly object[];
  readonly problems?: readonly ConfigProblem[];
}

function describe(unheard: Unheard): Description {
  switch (unheard.name) {
    case "drift":
      return describeReport(unheard.event);
    case "rejected": {
      const { problems } = unheard.event;
      const message = "the new configuration is refused; the previous one stays in use";
      return { code: "VX5013", message, keys: keysOf(problems), problems };
    }
    case "restart-required": {
      const { keys } = unheard.event;
      return {
        code: "VX5012",
        message: "the new configuration needs a restart; none of it is applied",
        keys,
      };
    }
    case "stale":
      return describeStale(unheard.event);
    case "trouble": {
      const { code, message } = unheard.event;
      return { code, message, keys: [], problems: [unheard.event] };
    }
  }
}

function describeStale({ stale, reason, ready, problems }: StaleEvent): Description {
  const why = reason === undefined ? "" : `: ${staleReasons[reason]}`;
  const state = ready
    ? `the configuration is stale${why}`
    : `the configuration has been stale for too long, and this process is no longer ready${why}`;
  return {
    code: "VX5016",
    message: stale ? state : "the configuration is current again",
    keys: [],
    ...(problems.length === 0 ? {} : { problems }),
  };
}

function describeReport({ findings }: DriftReport): Description {
  const isSkewOnly = findings.length > 0 && findings.every(({ hop }) => hop === "contract-skew");
  const message =
    findings.length === 0
      ? "drift is resolved: configuration and hashes agree again"
      : `configuration drift: ${[...new Set(findings.map(({ hop }) => hop))].join(", ")}`;
  return {
    code: isSkewOnly ? "VX5014" : "VX5010",
    message,
    keys: keysOf(findings),
    findings: findings.map(shorten),
  };
}

function keysOf(items: readonly { readonly pointer: string }[]): readonly string[] {
  return [...new Set(items.map(({ pointer }) => pointer))];
}

function shorten({ hop, kind, pointer, fingerprint, expected, actual }: DriftFinding): object {
  return {
    hop,
    kind,
    pointer,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    expected: shortenSide(expected),
    actual: shortenSide(actual),
  };
}

// A line is for people and log stores; a listener gets the whole value.
function shortenSide({ hash, value }: DriftSide): object {
  const isLong = value !== undefined && JSON.stringify(value).length > 200;
  return {
    ...(hash === undefined ? {} : { hash }),
    ...(value === undefined || isLong ? {} : { value }),
  };
}
