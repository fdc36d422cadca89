/**
 * Every way by which something other than the seed could come into a simulated run, as a table: a new
 * one is a new row. Where a module is listed whole, what it exports tomorrow is sealed, too.
 */

/** Functions of `owner` that may not be called. */
export interface WaysOut {
  /** Stands before the name in the words of the error; empty for globals. */
  readonly title: string;
  readonly owner: object;
  /** `values` are read, not called: the time origin, the number of processors. */
  readonly calls: readonly string[];
  readonly values?: readonly string[];
}

/** The disk, the network, other processes and threads, timers, the host: no run needs any of these. */
export const WHOLE_MODULES = [
  ...(['fs', 'fs/promises', 'net', 'tls', 'http', 'https', 'http2', 'dgram'] as const),
  ...(['dns', 'dns/promises', 'child_process', 'worker_threads', 'cluster'] as const),
  ...(['timers', 'timers/promises', 'perf_hooks', 'os', 'v8', 'inspector'] as const),
] as const;

/** Exports that are tables of further calls. They are rows of their own. */
const INNER_TABLES: readonly string[] = ['promises'];

/** A checksum of given bytes is arithmetic; the rest of the module draws, or may draw. */
const CRYPTO_ARITHMETIC: readonly string[] = [
  ...(['createHash', 'createHmac', 'hash', 'Hash', 'Hmac', 'timingSafeEqual'] as const),
];

const GLOBAL_CALLS = [
  ...(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'] as const),
  ...(['WebSocket', 'EventSource', 'MessageChannel', 'BroadcastChannel'] as const),
  // The garbage collector decides what these say.
  ...(['WeakRef', 'FinalizationRegistry'] as const),
];
const PROCESS_CALLS = [
  ...(['nextTick', 'hrtime', 'uptime', 'cpuUsage', 'threadCpuUsage', 'resourceUsage'] as const),
  ...(['memoryUsage', 'constrainedMemory', 'availableMemory', 'cwd', 'chdir', 'umask'] as const),
  ...(['kill', 'execve', 'dlopen', 'loadEnvFile', 'openStdin', 'getBuiltinModule'] as const),
  ...(['getActiveResourcesInfo', 'exit', 'reallyExit', 'abort'] as const),
];
const PERFORMANCE_CALLS = [
  ...(['now', 'mark', 'measure', 'toJSON', 'timerify', 'eventLoopUtilization'] as const),
  ...(['getEntries', 'getEntriesByName', 'getEntriesByType'] as const),
];
/** What a date shows in the time zone of the host. Its UTC twin is arithmetic. */
const LOCAL_DATE_CALLS = [
  ...(['getDate', 'getDay', 'getFullYear', 'getHours', 'getMinutes', 'getMonth'] as const),
  ...(['getTimezoneOffset', 'setDate', 'setFullYear', 'setHours', 'setMinutes'] as const),
  ...(['setMonth', 'toDateString', 'toString', 'toTimeString'] as const),
  ...(['toLocaleDateString', 'toLocaleString', 'toLocaleTimeString'] as const),
];
const STRING_LOCALE_CALLS = ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase'] as const;

/** The table, with the modules loaded. */
export function waysOut(): readonly WaysOut[] {
  return [
    ...WHOLE_MODULES.map(wholeModule),
    cryptoModule(),
    { title: 'module', owner: builtin('module'), calls: ['createRequire'] },
    { title: '', owner: globalThis, calls: GLOBAL_CALLS, values: ['navigator'] },
    { title: 'Math', owner: Math, calls: ['random'] },
    { title: 'Atomics', owner: Atomics, calls: ['wait', 'waitAsync'] },
    { title: 'crypto', owner: globalThis.crypto, calls: ['getRandomValues', 'randomUUID'] },
    {
      title: 'crypto.subtle',
      owner: globalThis.crypto.subtle,
      calls: functionsOf(Object.getPrototypeOf(globalThis.crypto.subtle)),
    },
    // Who keeps `process.hrtime` from before still finds no clock in it.
    { title: 'process.hrtime', owner: process.hrtime, calls: ['bigint'] },
    { title: 'process', owner: process, calls: PROCESS_CALLS },
    {
      ...{ title: 'performance', owner: performance, calls: PERFORMANCE_CALLS },
      values: ['timeOrigin', 'nodeTiming'],
    },
    { title: 'Intl', owner: Intl, calls: functionsOf(Intl) },
    { title: 'Date', owner: Date, calls: ['now'] },
    { title: 'Date', owner: Date.prototype, calls: LOCAL_DATE_CALLS },
    { title: 'Number', owner: Number.prototype, calls: ['toLocaleString'] },
    { title: 'BigInt', owner: BigInt.prototype, calls: ['toLocaleString'] },
    { title: 'Array', owner: Array.prototype, calls: ['toLocaleString'] },
    { title: 'String', owner: String.prototype, calls: STRING_LOCALE_CALLS },
  ];
}

function wholeModule(name: string): WaysOut {
  const owner = builtin(name);
  const calls = functionsOf(owner).filter((one) => !INNER_TABLES.includes(one));
  return { title: name.replace('/', '.'), owner, calls };
}

function cryptoModule(): WaysOut {
  const owner = builtin('crypto');
  const calls = functionsOf(owner).filter((one) => !CRYPTO_ARITHMETIC.includes(one));
  return { title: 'crypto', owner, calls };
}

function builtin(name: string): object {
  const owner = process.getBuiltinModule(`node:${name}`);
  if (owner === undefined) throw new Error(`this program has no module node:${name}`);
  return owner;
}

/** Names under which something callable stands, or is made when it is asked for. */
function functionsOf(owner: object): string[] {
  return Object.getOwnPropertyNames(owner).filter((name) => {
    const known = Object.getOwnPropertyDescriptor(owner, name);
    if (known?.configurable !== true || name === 'constructor') return false;
    return known.get !== undefined || typeof known.value === 'function';
  });
}
