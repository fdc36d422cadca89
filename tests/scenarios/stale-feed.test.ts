/**
 * Goal: quotes never rest on a market that cannot be seen: a lost connection pulls them at once, a
 * silent feed after the time it is allowed, and both let them come back after a resync.
 * Method: a paper session told of a lost connection, and one whose market events are swallowed on
 * their way to the engine.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { NoProbe } from '#adapters/probe/probe.ts';
import { buildLatency } from '#compose/latency-model.ts';
import { openSession } from '#compose/open-session.ts';
import { resolveInstruments, resolveSession, syntheticStartPrice } from '#compose/session-setup.ts';
import { SyntheticWorld } from '#compose/synthetic-world.ts';
import { AlertCode } from '#contracts/commands.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, FeedState, FeedStatusEvent } from '#contracts/events.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, InstrumentIndex, PriceUnits } from '#units/integers.ts';
import { configured, Story, tell } from './story.test-support.ts';

const QUOTING = { profile: 'naive-touch', seed: 7 };

function say(story: Story, instrument: number, state: FeedState): void {
  const event = new FeedStatusEvent();
  event.atMicros = story.session.nowMicros;
  event.instrument = instrument as InstrumentIndex;
  event.state = state;
  story.session.host.publish(event);
}

for (const [instrument, reason] of [
  [0, NoQuoteReason.STALE_MARKET],
  [1, NoQuoteReason.STALE_HEDGE_MARKET],
] as const) {
  test(`a lost connection of market ${instrument} pulls the quotes until the book is whole again`, async () => {
    await tell(QUOTING, (story) => {
      const { pricing, marketData } = story.session.engine;
      story.wait(10);
      assert.ok(story.resting(0) > 0, 'it was quoting');
      say(story, instrument, FeedState.DISCONNECTED);
      const lostAt = story.session.nowMicros;
      assert.ok(story.waitFor(0.5, () => story.resting(0) === 0));
      story.wait(5);
      assert.equal(pricing.quotes.bid.reason, reason);
      assert.equal(pricing.quotes.ask.reason, reason);
      assert.deepEqual(story.placedSince(lostAt, 0), []);
      say(story, instrument, FeedState.CONNECTED);
      assert.ok(
        story.waitFor(10, () => story.resting(0) > 0),
        'quotes are back',
      );
      const { markets } = marketData;
      assert.equal(
        (instrument === 0 ? markets.quoted : markets.hedge).status,
        BookStatus.LIVE,
        'after a snapshot',
      );
    });
  });
}

/** Stands between the world and the engine; swallows the market events of one instrument on demand. */
class Muffler implements EventSink {
  silenced = -1;
  private readonly target: EventSink;

  constructor(target: EventSink) {
    this.target = target;
  }

  publish(event: EngineEvent): void {
    const isMarket = event.kind >= EventKind.DEPTH_DELTA && event.kind < EventKind.EXECUTION_REPORT;
    if (isMarket && 'instrument' in event && event.instrument === this.silenced) return;
    this.target.publish(event);
  }
}

async function openMuffled(): Promise<{ story: Story; muffle: (instrument: number) => void }> {
  const loaded = configured(QUOTING);
  const { configuration } = loaded;
  const instruments = resolveInstruments(loaded, true);
  const startPrice = syntheticStartPrice(configuration) as PriceUnits;
  const setup = resolveSession(loaded, instruments, startPrice, 'synthetic');
  const clock = new VirtualClock(
    (Date.parse(configuration.simulation.startTime) * 1000) as EpochMicros,
  );
  const latency = buildLatency(configuration, null);
  const mufflers: Muffler[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'doge-mm-story-'));
  const session = await openSession({
    worldName: 'paper',
    loaded,
    setup,
    directory,
    build: 'story',
    probe: new NoProbe(),
    buildWorld: (sink) => {
      const muffler = new Muffler(sink);
      mufflers.push(muffler);
      return new SyntheticWorld({ configuration, setup, clock, latency, sink: muffler });
    },
  });
  const muffle = (instrument: number): void => {
    for (const muffler of mufflers) muffler.silenced = instrument;
  };
  return { story: new Story(session, directory), muffle };
}

test('a feed that falls silent pulls the quotes by time alone, and its return brings them back', async () => {
  const { story, muffle } = await openMuffled();
  try {
    const { session } = story;
    const { marketData, pricing } = session.engine;
    session.start();
    story.wait(20);
    assert.ok(story.resting(0) > 0, 'it was quoting');
    muffle(0);
    const silentAt = session.nowMicros;
    // The floor of freshness is one second; a feed of this pace is given little more.
    assert.ok(story.waitFor(4, () => story.resting(0) === 0));
    assert.ok(session.nowMicros - silentAt >= 900_000, 'but not before the feed is late');
    assert.equal(marketData.markets.quoted.status, BookStatus.STALE);
    assert.equal(pricing.quotes.bid.reason, NoQuoteReason.STALE_MARKET);
    assert.ok(story.alertCodes.includes(AlertCode.STALE_MARKET));
    const pulledAt = session.nowMicros;
    story.wait(5);
    assert.deepEqual(story.placedSince(pulledAt, 0), []);
    muffle(-1);
    assert.ok(
      story.waitFor(10, () => story.resting(0) > 0),
      'quotes are back',
    );
    assert.ok(story.alertCodes.includes(AlertCode.BOOK_GAP), 'what was missed is a gap');
    assert.equal(story.end(), 0);
  } finally {
    story.drop();
  }
});
