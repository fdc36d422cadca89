/**
 * Goal: the table always shows the newest accepted definition, refuses going back, keeps what a
 * rollback needs and comes back whole from a snapshot.
 * Method: named stories, then random definition streams against a plain map of versions.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AlertCode,
  type AlertCommand,
  CommandKind,
  type CommandSink,
} from '#contracts/commands.ts';
import { InstrumentDefinedEvent, SessionStartEvent, TimerEvent } from '#contracts/events.ts';
import {
  type Instrument,
  InstrumentRole,
  InstrumentStatus,
  Market,
} from '#contracts/instrument.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import type {
  AssetUnits,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { INSTRUMENTS_MAX, VERSIONS_KEPT } from './instrument-master.ts';
import { ReferenceManager } from './reference.ts';

const FIRST = 0 as InstrumentIndex;

function instrument(index: number, version: number, change: Partial<Instrument> = {}): Instrument {
  return {
    index: index as InstrumentIndex,
    version,
    role: InstrumentRole.QUOTED,
    market: Market.SPOT,
    symbol: 'AAABBB',
    baseAsset: 'AAA',
    quoteAsset: 'BBB',
    status: InstrumentStatus.TRADING,
    tick: { mantissa: 1, decimals: 5 },
    step: { mantissa: 1, decimals: 0 },
    tickLotNumerator: 1000,
    tickLotDenominator: 1,
    baseUnitsPerLot: 100_000_000,
    priceUnitsPerTick: 1000,
    filters: {
      minPriceTicks: 1 as PriceTicks,
      maxPriceTicks: 2 as PriceTicks,
      minQuantityLots: 3 as QuantityLots,
      maxQuantityLots: 4 as QuantityLots,
      marketMinQuantityLots: 5 as QuantityLots,
      marketMaxQuantityLots: 6 as QuantityLots,
      minNotionalUnits: 7 as AssetUnits,
      maxNotionalUnits: 8 as AssetUnits,
      minNotionalAppliesToMarket: true,
      maxNotionalAppliesToMarket: false,
      bidMultiplierUp: 9 as RateUnits,
      bidMultiplierDown: 10 as RateUnits,
      askMultiplierUp: 11 as RateUnits,
      askMultiplierDown: 12 as RateUnits,
      maxOpenOrders: 13,
      maxAmendsPerOrder: 14,
      maxPositionUnits: 15 as AssetUnits,
    },
    makerFeeRate: 16 as RateUnits,
    takerFeeRate: 17 as RateUnits,
    feeAsset: 'CCC',
    feeAssetDiscountRate: 0 as RateUnits,
    ...change,
  };
}

/** Keeps copies of the alerts' numbers. */
class RecordingSink implements CommandSink {
  readonly alerts: { code: number; instrument: number; measured: number; limit: number }[] = [];
  emit(command: Parameters<CommandSink['emit']>[0]): void {
    assert.equal(command.kind, CommandKind.RAISE_ALERT);
    const { code, instrument: index, measured, limit } = command as AlertCommand;
    this.alerts.push({ code, instrument: index, measured, limit });
  }
}

function build() {
  const output = new RecordingSink();
  const reference = new ReferenceManager({ output });
  const event = new InstrumentDefinedEvent();
  const define = (definition: Instrument | null): void => {
    event.instrument = definition;
    reference.onControl(event);
  };
  return { output, reference, define };
}

test('an instrument is null until it is defined', () => {
  const { reference, define } = build();
  assert.equal(reference.instruments.get(FIRST), null);
  assert.equal(reference.instruments.count, 0);
  const definition = instrument(0, 1);
  define(definition);
  assert.equal(reference.instruments.get(FIRST), definition);
  assert.equal(reference.instruments.count, 1);
});

test('a newer definition takes effect at once and the older stays available for a rollback', () => {
  const { reference, define, output } = build();
  define(instrument(0, 1));
  define(instrument(0, 5, { status: InstrumentStatus.HALT }));
  assert.equal(reference.instruments.get(FIRST)?.status, InstrumentStatus.HALT);
  const earlier = reference.instrumentAtVersion(FIRST, 1);
  assert.equal(earlier?.status, InstrumentStatus.TRADING);
  assert.equal(reference.instrumentAtVersion(FIRST, 2), null);
  assert.equal(reference.instrumentAtVersion(1 as InstrumentIndex, 1), null);
  define(instrument(0, 6, { ...earlier, version: 6 }));
  assert.equal(reference.instruments.get(FIRST)?.status, InstrumentStatus.TRADING);
  assert.deepEqual(output.alerts, []);
});

test('a definition that goes back is refused with an alert', () => {
  const { reference, define, output } = build();
  define(instrument(0, 5));
  define(instrument(0, 4, { status: InstrumentStatus.HALT }));
  assert.equal(reference.instruments.get(FIRST)?.version, 5);
  assert.deepEqual(output.alerts, [
    { code: AlertCode.INSTRUMENT_REFUSED, instrument: 0, measured: 4, limit: 5 },
  ]);
});

test('the same version said again is silent, with other content it is refused', () => {
  const { define, output } = build();
  define(instrument(0, 5));
  define(instrument(0, 5));
  assert.equal(output.alerts.length, 0);
  const changed = instrument(0, 5);
  define({ ...changed, filters: { ...changed.filters, maxOpenOrders: 99 } });
  define({ ...changed, symbol: 'OTHER' });
  assert.equal(output.alerts.length, 2);
});

test('only a bounded number of versions is kept, the newest ones', () => {
  const { reference, define } = build();
  for (let version = 1; version <= VERSIONS_KEPT + 3; version++) define(instrument(0, version));
  assert.equal(reference.instrumentAtVersion(FIRST, 3), null);
  assert.equal(reference.instrumentAtVersion(FIRST, 4)?.version, 4);
});

test('a missing instrument, a hole in the indexes and an index out of range are bugs', () => {
  const { define } = build();
  assert.throws(() => define(null), /carries an instrument/);
  assert.throws(() => define(instrument(1, 1)), /holes/);
  assert.throws(() => define(instrument(INSTRUMENTS_MAX, 1)), /index/);
  assert.throws(() => define(instrument(-1, 1)), /index/);
});

test('other control events and timers change nothing', () => {
  const { reference } = build();
  reference.onControl(new SessionStartEvent());
  reference.onTimer(new TimerEvent());
  assert.equal(reference.instruments.count, 0);
});

test('any stream of definitions agrees with a plain model, and survives a snapshot in the middle', () => {
  const step = fc.record({
    index: fc.integer({ min: 0, max: 1 }),
    version: fc.integer({ min: 1, max: 8 }),
    status: fc.constantFrom(...Object.values(InstrumentStatus)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, cut) => {
      const whole = build();
      let resumed = build();
      const current = [instrument(0, 1), instrument(1, 1)];
      for (const definition of current) {
        whole.define(definition);
        resumed.define(definition);
      }
      steps.forEach(({ index, version, status }, position) => {
        if (position === cut) {
          const writer = new StateBytesWriter();
          resumed.reference.writeState(writer);
          resumed = build();
          const reader = new StateBytesReader(writer.written());
          resumed.reference.readState(reader);
          assert.ok(reader.isAtEnd);
        }
        const definition = instrument(index, version, { status });
        whole.define(definition);
        resumed.define(definition);
        if (version > (current[index]?.version ?? 0)) current[index] = definition;
      });
      for (const definition of current) {
        assert.deepEqual(whole.reference.instruments.get(definition.index), definition);
        assert.deepEqual(resumed.reference.instruments.get(definition.index), definition);
      }
      const left = new StateBytesWriter();
      const right = new StateBytesWriter();
      whole.reference.writeState(left);
      resumed.reference.writeState(right);
      assert.deepEqual(left.written(), right.written());
    }),
  );
});
