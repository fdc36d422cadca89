/**
 * Goal: the auditor hears what the venue says before anything can happen to it, and is told what was
 * done to the account from outside.
 * Method: a venue whose words pass through the truth into a network that writes down; transfers and
 * foreign orders at that venue.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStorage } from '#adapters/journal/journal.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { BalanceSlot, Side, TimeInForce } from '#contracts/order.ts';
import type { Auditor } from '#simulation/auditor/auditor.ts';
import { IncidentKind, VenueIncident } from '#simulation/auditor/auditor-inputs.ts';
import type { FaultWindow } from '#simulation/faults/fault-script.ts';
import type { FaultNetwork } from '#simulation/faults/faults.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { AssetUnits, EpochMicros, InstrumentIndex } from '#units/integers.ts';
import { buildLatency } from './latency-model.ts';
import { Surroundings } from './surroundings.test-support.ts';
import { SyntheticWorld } from './synthetic-world.ts';
import { VenueTruth } from './venue-truth.ts';

const START = 1_767_225_600_000_000 as EpochMicros;
const { loaded, setup } = new Surroundings(new MemoryStorage());

class Scene {
  readonly clock = new VirtualClock(START);
  /** Who heard an event, in order: the auditor before the network. */
  readonly heard: string[] = [];
  readonly incidents: VenueIncident[] = [];
  readonly truth: VenueTruth;
  readonly world: SyntheticWorld;

  constructor(script: readonly FaultWindow[] = []) {
    const note = (who: string) => (event: Readonly<EngineEvent>) => {
      this.heard.push(`${who} ${event.kind}`);
    };
    const auditor: Partial<Auditor> = {
      onMarketTruth: note('market truth'),
      onVenueTruth: note('venue truth'),
      onVenueIncident: (incident) => {
        this.heard.push(`incident ${incident.kind}`);
        this.incidents.push(Object.assign(new VenueIncident(), incident));
      },
    };
    const network: Partial<FaultNetwork> = { publish: note('network') };
    this.truth = new VenueTruth({
      auditor: auditor as Auditor,
      clock: this.clock,
      network: network as FaultNetwork,
      instruments: setup.instruments,
      script,
      startMicros: START,
    });
    const { configuration } = loaded;
    const latency = buildLatency(configuration, null);
    const parts = { configuration, setup, clock: this.clock, latency, sink: this.truth };
    this.world = new SyntheticWorld(parts);
    this.truth.bind(this.world.venue);
    this.world.start();
    this.runFor(2);
  }

  runFor(seconds: number): void {
    this.clock.runUntil((this.clock.nowMicros + seconds * 1_000_000) as EpochMicros);
  }

  kinds(): IncidentKind[] {
    return this.incidents.map(({ kind }) => kind);
  }
}

test('each word of the venue is heard by the auditor first, then by the network', () => {
  const { heard } = new Scene();
  assert.ok(heard.length > 50, `${heard.length} events`);
  for (const [index, line] of heard.entries()) {
    if (!line.startsWith('network')) continue;
    const kind = line.split(' ').at(-1);
    assert.match(heard[index - 1] ?? '', new RegExp(`^(market|venue) truth ${kind}$`));
  }
});

test('money that is moved from outside is told with its amount, once', () => {
  const scene = new Scene();
  const { incidents } = scene.world.venue;
  assert.deepEqual(scene.incidents, []);
  incidents.transfer(BalanceSlot.SPOT_QUOTE, -5_000 as AssetUnits, true);
  scene.world.venue.publishAccount();
  scene.runFor(2);
  const told = scene.incidents.filter(({ kind }) => kind === IncidentKind.BALANCE_ADJUSTED);
  assert.deepEqual(
    told.map(({ slot, units }) => [slot, units]),
    [[BalanceSlot.SPOT_QUOTE, -5_000]],
  );
});

test('money that is moved in silence is told at its moment, before any statement shows it', () => {
  const scene = new Scene();
  scene.world.venue.incidents.transfer(BalanceSlot.PERP_MARGIN, 3_000 as AssetUnits, false);
  scene.truth.onTransfer();
  assert.deepEqual(scene.kinds(), [IncidentKind.BALANCE_ADJUSTED]);
  assert.equal(scene.incidents[0]?.nowMicros, scene.clock.nowMicros);
  scene.truth.onTransfer();
  assert.equal(scene.incidents.length, 1);
});

test('an order of somebody else is told with its lots before its first report', () => {
  const scene = new Scene();
  const { venue } = scene.world;
  const [spot] = setup.instruments;
  assert.ok(spot !== undefined);
  const priceTicks = venue.touchTicks(spot.index, Side.SELL);
  const order = { instrument: spot.index, side: Side.BUY, priceTicks, quantityLots: 100 };
  const before = scene.heard.length;
  assert.ok(venue.incidents.placeForeign({ ...order, timeInForce: TimeInForce.IOC }));
  scene.runFor(1);
  const told = scene.incidents.filter(({ kind }) => kind === IncidentKind.FOREIGN_ORDER);
  assert.deepEqual(
    told.map(({ instrument, lots }) => [instrument, lots]),
    [[spot.index, 100]],
  );
  const heard = scene.heard.slice(before);
  const report = heard.findIndex((line) => line.startsWith('venue truth'));
  assert.ok(report > heard.indexOf(`incident ${IncidentKind.FOREIGN_ORDER}`));
  assert.equal(
    venue.incidents.placeForeign({ ...order, quantityLots: 0, timeInForce: TimeInForce.IOC }),
    false,
  );
  scene.runFor(1);
  assert.equal(scene.incidents.length, told.length, 'a refused one is no order');
});

test('a silence is a ban inside a ban of that market, and a limit of rate elsewhere', () => {
  const ban: FaultWindow = {
    ...{ name: 'ban-418', fromMicros: 0, lengthMicros: 60_000_000, probability: 1 },
    ...{ salt: 1, instrument: 1, strength: 1 },
  };
  const scene = new Scene([ban]);
  const until = START + 9_000_000;
  for (const instrument of [0, 1]) scene.truth.onSilenced(instrument as InstrumentIndex, until);
  assert.deepEqual(scene.kinds(), [IncidentKind.RATE_LIMITED, IncidentKind.BANNED]);
  scene.runFor(70);
  scene.truth.onSilenced(1 as InstrumentIndex, until);
  assert.equal(scene.kinds().at(-1), IncidentKind.RATE_LIMITED);
  assert.equal(scene.incidents.at(-1)?.untilMicros, until);
});

test('incidents are told in true time and share nothing with the one before', () => {
  const scene = new Scene();
  scene.truth.onSilenced(1 as InstrumentIndex, START + 5);
  scene.world.venue.incidents.transfer(BalanceSlot.SPOT_BASE, 7 as AssetUnits, true);
  scene.world.venue.publishAccount();
  scene.runFor(1);
  const moved = scene.incidents.at(-1);
  assert.deepEqual([moved?.units, moved?.instrument, moved?.untilMicros], [7, -1, 0]);
  assert.ok((moved?.nowMicros ?? 0) >= START);
});
