import type { LaterBug } from './planted-bug.ts';

/** Bugs of others for which there is no place yet: told, and not counted. */
export const LATER_BUGS: readonly LaterBug[] = [
  {
    name: 'memory-grows-for-days',
    source: 'hummingbot#1167, hummingbot#5556, hummingbot#7462',
    why: 'runs of an hour show full tables, not slow leaks; memory is measured by the benchmarks',
  },
  {
    name: 'commands-lost-while-the-bus-is-down',
    source: 'node-redis#2688, ioredis#2194, redis#5570',
    why: 'orders and fills go over no bus',
  },
  {
    name: 'two-leaders-after-a-pause',
    source: 'own',
    why: 'there is one process, and no signer that could refuse the older one',
  },
  {
    name: 'hung-risk-process-still-obeyed',
    source: 'own',
    why: 'limits are granted inside the process',
  },
  {
    name: 'dead-man-switch-not-renewed',
    source: 'own',
    why: 'the venue of this world has no countdown, and there is no watchdog',
  },
  {
    name: 'limit-loosened-by-one-person',
    source: 'own',
    why: 'nobody approves anything yet',
  },
  {
    name: 'key-in-a-log',
    source: 'own',
    why: 'no key exists in this world',
  },
];
