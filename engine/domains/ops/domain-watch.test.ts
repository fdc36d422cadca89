/**
 * Goal: leaving UP is an error once, and the last good time is kept.
 * Method: one domain's history.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOMAIN_NAMES, DomainStatus } from '#contracts/system-health.ts';
import { epochMicros } from '#units/integers.ts';
import { DomainIndex, DomainWatch } from './domain-watch.ts';

test('each fall from UP counts once, and a domain that never was up has not fallen', () => {
  const watch = new DomainWatch();
  const history = [
    DomainStatus.DEGRADED,
    DomainStatus.UP,
    DomainStatus.DEGRADED,
    DomainStatus.DOWN,
    DomainStatus.UP,
    DomainStatus.DOWN,
  ];
  for (const [time, status] of history.entries())
    watch.set(DomainIndex.RISK, status, epochMicros(time));
  assert.equal(watch.domains[DomainIndex.RISK]?.errorCount, 2);
  assert.equal(watch.downMicros(DomainIndex.RISK, 9), 5);
  assert.equal(watch.downMicros(DomainIndex.OPS, 9), 0);
  assert.equal(watch.count(DomainStatus.DOWN), 1);
});

test('the indexes follow the names of the contract', () => {
  const names = Object.keys(DomainIndex).map((name) => name.toLowerCase().replace('_', '-'));
  assert.deepEqual(names, [...DOMAIN_NAMES]);
});
