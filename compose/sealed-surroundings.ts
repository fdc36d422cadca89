import { syncBuiltinESMExports } from 'node:module';
import { type WaysOut, waysOut } from './ways-out.ts';

/** Something tried to leave the simulated world: what it called, and from where (the stack says). */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';

  constructor(what: string) {
    super(
      `${what} was called inside a simulated run: chance, time and I/O come from its ports only`,
    );
  }
}

/** A day, or a moment with its zone: what these mean does not depend on where the host stands. */
const WORLDWIDE_TEXT = /^(?:[+-]?\d{4,6}(?:-\d\d){0,2}|.*(?:Z|GMT|UTC|[+-]\d\d:?\d\d))$/;

/**
 * Runs `work` with every way out of it replaced by one that throws: the wall clock, timers, chance, the
 * network, files, other processes and threads, the host's zone and language (`ways-out.ts`). `work` must
 * be synchronous; other threads are not touched. What somebody kept from before (`const { now } = Date`,
 * an open socket) and environment variables are out of its reach; imports of whole modules are not.
 *
 * Returns what `work` returns. Throws SealBrokenError from the place that reached out.
 */
export function runSealed<Result>(work: () => Result): Result {
  const open = seal();
  try {
    return work();
  } finally {
    open();
  }
}

/**
 * As `runSealed`, for work that waits for promises of its own. It must wait for nothing else: whoever
 * runs meanwhile finds the ways out sealed, too.
 */
export async function runSealedAsync<Result>(work: () => Promise<Result>): Promise<Result> {
  const open = seal();
  try {
    return await work();
  } finally {
    open();
  }
}

/** Replaces every way out, and returns what puts them back. */
function seal(): () => void {
  const replacements = waysOut().flatMap(replacementsOf);
  const undo: (() => void)[] = [];
  const open = (): void => {
    for (const restore of undo.reverse()) restore();
    syncBuiltinESMExports();
  };
  try {
    for (const { owner, name, before, now } of replacements) {
      undo.push(replace(owner, name, before, now));
    }
    undo.push(...sealDate());
    syncBuiltinESMExports();
    return open;
  } catch (cause) {
    open();
    throw cause;
  }
}

interface Replacement {
  readonly owner: object;
  readonly name: string;
  readonly before: PropertyDescriptor | undefined;
  readonly now: PropertyDescriptor;
}

/** All are looked up before the first is replaced: some are made when they are looked at, out of others. */
function replacementsOf({ title, owner, calls, values = [] }: WaysOut): Replacement[] {
  const titled = (name: string): string => (title === '' ? name : `${title}.${name}`);
  const ofCalls = calls.map((name): Replacement => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const value = refusal(titled(name), before?.value);
    return { owner, name, before, now: { value, writable: true } };
  });
  const ofValues = values.map((name): Replacement => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    return { owner, name, before, now: { get: refusal(titled(name), null) } };
  });
  return [...ofCalls, ...ofValues];
}

/** Puts something in place of a property and returns what puts the old one back. */
function replace(
  owner: object,
  name: string,
  before: PropertyDescriptor | undefined,
  now: PropertyDescriptor,
): () => void {
  Object.defineProperty(owner, name, { ...now, configurable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, before);
  };
}

/** Throws, however it is called; and so do the calls that hang on the original, as `hrtime.bigint` does. */
function refusal(title: string, original: unknown): () => never {
  // A function that can also be called with `new`.
  const refuse = function refuse(): never {
    throw new SealBrokenError(title);
  };
  if (typeof original !== 'function') return refuse;
  for (const [name, known] of Object.entries(Object.getOwnPropertyDescriptors(original))) {
    if (typeof known.value !== 'function') continue;
    Object.defineProperty(refuse, name, { value: refusal(`${title}.${name}`, null) });
  }
  return refuse;
}

/** A date of a given moment is arithmetic; "now" is not, and neither is what a moment is called here. */
function sealDate(): (() => void)[] {
  const original = globalThis.Date;
  const sealed: DateConstructor = new Proxy(original, {
    construct(target, values, newTarget) {
      if (values.length === 0) throw new SealBrokenError('new Date()');
      if (values.length > 1 || isLocalText(values[0])) throw new SealBrokenError('a local date');
      return Reflect.construct(target, values, newTarget) as object;
    },
    apply() {
      throw new SealBrokenError('Date()');
    },
  });
  const parseBefore = original.parse.bind(original);
  const parse = (text: string): number => {
    if (isLocalText(text)) throw new SealBrokenError('Date.parse of a local date');
    return parseBefore(text);
  };
  globalThis.Date = sealed;
  return [
    replaceOwn(original, 'parse', parse),
    replaceOwn(original.prototype, 'constructor', sealed),
    () => {
      globalThis.Date = original;
    },
  ];
}

function replaceOwn(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  return replace(owner, name, before, { value, writable: true });
}

function isLocalText(value: unknown): boolean {
  return typeof value === 'string' && !WORLDWIDE_TEXT.test(value);
}
