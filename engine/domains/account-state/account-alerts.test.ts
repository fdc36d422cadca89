/**
 * Goal: what lasts is told once, and again when it came anew.
 * Method: the fee asset and lists of foreign orders, rising and falling, also across a restore.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { instrumentIndex } from '#units/integers.ts';
import { AbsoluteSlot } from './absolute-slot.ts';
import { AccountAlerts } from './account-alerts.ts';
import { TestOutput } from './session-fixture.test-support.ts';

const SPOT = instrumentIndex(0);

test('a low fee asset is told once until it was filled up', () => {
  const output = new TestOutput();
  const alerts = new AccountAlerts(output, 10);
  const slot = new AbsoluteSlot();
  alerts.watchFeeAsset(slot);
  for (const [amount, at] of [
    [9, 1],
    [8, 2],
    [10, 3],
    [9, 4],
  ] as const) {
    slot.applyStatement(amount, 0, at, 0);
    alerts.watchFeeAsset(slot);
  }
  assert.deepEqual(
    output.alerts(AlertCode.FEE_ASSET_LOW).map(({ measured }) => measured),
    [9, 9],
  );
});

test('foreign orders are told when a list shows more than the one before, a restore included', () => {
  const output = new TestOutput();
  let alerts = new AccountAlerts(output, 0);
  for (const count of [1, 1, 3, 0, 1]) {
    for (let index = 0; index < count; index++) alerts.noteForeignOrder(SPOT);
    const writer = new StateBytesWriter();
    alerts.writeState(writer);
    alerts = new AccountAlerts(output, 0);
    alerts.readState(new StateBytesReader(writer.written()));
    alerts.closeList(SPOT);
  }
  assert.deepEqual(
    output.alerts(AlertCode.FOREIGN_ORDER).map(({ measured, limit }) => [measured, limit]),
    [
      [1, 0],
      [3, 1],
      [1, 0],
    ],
  );
});
