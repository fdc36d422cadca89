import crypto from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Something tried to leave the simulated world: what it called, and from where (the stack says). */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';

  constructor(what: string) {
    super(
      `${what} was called inside a simulated run: chance, time and I/O come from its ports only`,
    );
  }
}

const FILE_CALLS = [
  ...(['openSync', 'readSync', 'writeSync', 'readFileSync', 'writeFileSync'] as const),
  ...(['appendFileSync', 'renameSync', 'unlinkSync', 'rmSync', 'mkdirSync'] as const),
  ...(['readdirSync', 'statSync', 'existsSync', 'fdatasyncSync', 'fsyncSync'] as const),
  ...(['truncateSync', 'ftruncateSync', 'createReadStream', 'createWriteStream'] as const),
];
const CHANCE_CALLS = ['randomBytes', 'randomUUID', 'randomInt'] as const;
const WEB_CHANCE_CALLS = ['getRandomValues', 'randomUUID'] as const;
const TIMER_CALLS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const;

/**
 * Runs `work` with every global that would break determinism replaced by one that throws: the wall
 * clock, timers, chance, the network, files. `work` must be synchronous; other threads are not touched.
 * Returns what it returns. Throws SealBrokenError from the place that reached out.
 */
export function runSealed<Result>(work: () => Result): Result {
  const undo: (() => void)[] = [];
  const seal = (owner: object, name: string, title: string): void => {
    undo.push(replace(owner, name, refuse(title)));
  };
  try {
    for (const name of TIMER_CALLS) seal(globalThis, name, name);
    seal(globalThis, 'fetch', 'fetch');
    seal(Math, 'random', 'Math.random');
    seal(performance, 'now', 'performance.now');
    seal(process, 'hrtime', 'process.hrtime');
    for (const name of CHANCE_CALLS) seal(crypto, name, `crypto.${name}`);
    for (const name of WEB_CHANCE_CALLS) seal(globalThis.crypto, name, `crypto.${name}`);
    for (const name of FILE_CALLS) seal(fs, name, `fs.${name}`);
    undo.push(sealDate());
    syncBuiltinESMExports();
    return work();
  } finally {
    for (const restore of undo.reverse()) restore();
    syncBuiltinESMExports();
  }
}

/** Puts `value` in place of a property and returns what puts the old one back. */
function replace(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, before);
  };
}

function refuse(title: string): () => never {
  return () => {
    throw new SealBrokenError(title);
  };
}

/** A Date of a given moment is arithmetic; "now" is not. */
function sealDate(): () => void {
  const original = globalThis.Date;
  const sealed = new Proxy(original, {
    construct(target, values, newTarget) {
      if (values.length === 0) throw new SealBrokenError('new Date()');
      return Reflect.construct(target, values, newTarget) as object;
    },
    apply() {
      throw new SealBrokenError('Date()');
    },
    get(target, name, receiver) {
      if (name === 'now') return refuse('Date.now');
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  globalThis.Date = sealed;
  return () => {
    globalThis.Date = original;
  };
}
