// Whether a history could have been one after another: per key by porcupine, and all of it by the order of revisions.
import { spawnSync } from "node:child_process";
import type { WatchMessage } from "../store/store.ts";
import type { HistoryCall, WriteCall } from "./history.ts";

/** What porcupine said. */
export interface Verdict {
  readonly operations: number;
  readonly keys: number;
  readonly verdict: "ok" | "illegal" | "unknown";
}

/** Asks porcupine about each key: reads, writes that compare, and writes of which nobody knows. */
export function judgeByPorcupine(program: string, history: readonly HistoryCall[]): Verdict {
  const start = history.reduce((least, { call }) => (call < least ? call : least), history[0]?.call ?? 0n);
  const end = Number(history.reduce((most, call) => (call.return > most ? call.return : most), start) - start) + 1;
  const lines = history.flatMap((call): readonly object[] => {
    const times = { client: call.client, call: Number(call.call - start), return: Number(call.return - start) };
    if (call.kind === "read") return [{ ...times, key: call.key, kind: "read", value: call.value }];
    return call.changes.flatMap(({ key, expect, value }) =>
      linesOf(call, key).map((line) => ({ ...times, key, expect, value, ...line(end) })),
    );
  });
  const input = lines.map((line) => JSON.stringify(line)).join("\n");
  const { stdout, stderr, status } = spawnSync(program, { input, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`porcupine: ${stderr}`);
  return JSON.parse(stdout) as Verdict;
}

function linesOf({ outcome, failed }: WriteCall, key: string): readonly ((end: number) => object)[] {
  if (outcome.kind === "committed") return [() => ({ kind: "write", ok: true })];
  if (outcome.kind === "unknown") return [(end) => ({ kind: "maybe", return: end })];
  // Of a commit over several keys, only those that differed say something.
  return failed.includes(key) ? [() => ({ kind: "write", ok: false })] : [];
}

/**
 * What is wrong with a history by the order of revisions, given all that a watch told: every answered commit is in the
 * log with what it wrote and over what it expected; every read is what the log gives at its revision, which is none
 * that was over when it began; commits that came one after the other have revisions that do.
 */
export function judgeByRevisions(history: readonly HistoryCall[], watched: readonly WatchMessage[]): readonly string[] {
  const wrong: string[] = [];
  const states: { readonly [key: string]: string }[] = [{}];
  for (const message of watched) {
    if (message.kind !== "changes") continue;
    while (states.length < message.revision) states.push(states.at(-1) ?? {});
    const state = { ...states.at(-1) };
    for (const { key, value } of message.changes) {
      if (value === null) delete state[key];
      else state[key] = value;
    }
    states[message.revision] = state;
  }
  const stateAt = (revision: number): { readonly [key: string]: string } => states[Math.min(revision, states.length - 1)] ?? {};
  for (const call of history) {
    if (call.kind === "read") {
      if ((stateAt(call.at)[call.key] ?? "") !== call.value) wrong.push(`read ${call.key} at ${call.at}: ${call.value}`);
    } else if (call.outcome.kind === "committed") {
      const { revision } = call.outcome;
      for (const { key, expect, value } of call.changes) {
        if ((stateAt(revision - 1)[key] ?? "") !== expect) wrong.push(`commit ${revision} replaced another ${key}`);
        if ((stateAt(revision)[key] ?? "") !== value) wrong.push(`commit ${revision} is not in the log`);
      }
    }
  }
  return [...wrong, ...findStale(history)];
}

/** Calls that were answered with less than what was answered before they began. */
function findStale(history: readonly HistoryCall[]): readonly string[] {
  const answered = history.flatMap((call) => {
    const at = call.kind === "read" ? call.at : call.outcome.kind === "committed" ? call.outcome.revision : undefined;
    return at === undefined ? [] : [{ at, call: call.call, end: call.return, kind: call.kind }];
  });
  const byEnd = [...answered].sort((a, b) => (a.end < b.end ? -1 : 1));
  const byCall = [...answered].sort((a, b) => (a.call < b.call ? -1 : 1));
  const wrong: string[] = [];
  let seen = 0;
  let newest = 0;
  for (const { at, call, kind } of byCall) {
    for (; (byEnd[seen]?.end ?? call) < call; seen++) newest = Math.max(newest, byEnd[seen]?.at ?? 0);
    if (kind === "read" ? at < newest : at <= newest) wrong.push(`a ${kind} was answered with ${at} after ${newest}`);
  }
  return wrong;
}
