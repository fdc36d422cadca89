import type { PlantedBug } from './planted-bug.ts';

const JOURNAL = 'adapters/journal';

/** The journal, what a restart makes of it, and what leaves before it is on the disk. */
export const PROCESS_BUGS: readonly PlantedBug[] = [
  {
    name: 'one-event-in-97-lost-for-100-s',
    does: 'for 100 seconds of every ten minutes the loop skips one event in 97',
    source: 'hummingbot#4756, hummingbot#2480',
    file: 'engine/loop/orchestrator.ts',
    sound: 'this.parts.ops.observe(event);',
    broken: `if (event.atMicros % 600_000_000 < 100_000_000 && event.sequence % 97 === 0) return;
    this.parts.ops.observe(event);`,
  },
  {
    name: 'one-timer-in-seven-lost',
    does: 'the loop does not handle every seventh timer or so',
    source: 'own',
    file: 'engine/loop/orchestrator.ts',
    sound: 'reference.onTimer(event);',
    broken: 'if (event.sequence % 7 === 0) return;\n    reference.onTimer(event);',
  },
  {
    name: 'timers-end-with-the-first-late-one',
    does: 'a timer is not set again when the process was late to hear it',
    source: 'hummingbot#1291, nautilus_trader#2281',
    file: 'compose/trading-process.ts',
    sound: 'clock.schedule((now + TIMER_MICROS) as EpochMicros, tick);',
    broken: `const isInTime = now - lastMicros < 4 * TIMER_MICROS;
        lastMicros = now;
        if (isInTime) clock.schedule((now + TIMER_MICROS) as EpochMicros, tick);`,
    also: {
      file: 'compose/trading-process.ts',
      sound: 'const event = new TimerEvent();',
      broken: 'const event = new TimerEvent();\n    let lastMicros: number = clock.nowMicros;',
    },
  },
  {
    name: 'journal-promises-before-the-sync',
    does: 'records count as durable once they were written',
    source: 'QuantDinger#232',
    file: `${JOURNAL}/inline-commit.ts`,
    sound: `this.segments.sync();
    this.syncedSequence = this.lastSequence;`,
    broken: 'this.syncedSequence = this.lastSequence;',
  },
  {
    name: 'failed-sync-forgiven',
    does: 'a sync that fails is tried again as if its bytes were still there',
    source: 'own',
    file: `${JOURNAL}/segment-writer.ts`,
    sound: 'throw this.failure;\n    }\n  }',
    broken: 'this.failure = null;\n    }\n  }',
  },
  {
    name: 'torn-tail-kept',
    does: 'what a crash left half written is not cut off',
    source: 'own',
    file: `${JOURNAL}/session-recovery.ts`,
    sound: 'if (recording.tornTail !== null) cut(storage, recording.tornTail);',
    broken: '',
  },
  {
    name: 'tail-cut-too-far',
    does: 'the torn tail takes whole records with it',
    source: 'own',
    file: `${JOURNAL}/session-recovery.ts`,
    sound: 'else storage.truncate(tail.segment, tail.offset);',
    broken: 'else storage.truncate(tail.segment, Math.max(SEGMENT_HEADER_SIZE, tail.offset - 96));',
  },
  {
    name: 'report-field-not-in-the-journal',
    does: 'the journal does not keep when a query was asked',
    source: 'nautilus_trader#3878',
    file: `${JOURNAL}/codec/account-codec.ts`,
    sound: `event.venueTimeMicros = reader.integer();
  event.requestedAtMicros = reader.integer();
}

export function writeBalance`,
    broken: `event.venueTimeMicros = reader.integer();
  reader.integer();
  event.requestedAtMicros = 0;
}

export function writeBalance`,
  },
  {
    name: 'snapshot-without-its-tail',
    does: 'a restart goes on from the last snapshot and forgets what came after',
    source: 'QuantDinger#232, nautilus_trader#4736',
    file: 'compose/recovered-engine.ts',
    sound: 'recording.forEachEvent((event) => engine.handle(event), snapshotSequence + 1);',
    broken: 'if (snapshot === null) recording.forEachEvent((event) => engine.handle(event), 1);',
  },
  {
    name: 'tail-without-its-snapshot',
    does: 'a restart applies the events after the snapshot to an empty state',
    source: 'nautilus_trader#3104',
    file: 'compose/recovered-engine.ts',
    sound: 'if (snapshot !== null) engine.restore(snapshot.state);',
    broken: '',
  },
  {
    name: 'restart-starts-empty',
    does: 'a restart remembers nothing and asks the venue for everything',
    source: 'nautilus_trader#5000, hummingbot#366',
    file: 'compose/recovered-engine.ts',
    sound: 'recording.forEachEvent((event) => engine.handle(event), snapshotSequence + 1);',
    broken:
      'if (snapshot !== null) return { engine: build(), snapshotSequence, skippedSnapshots: skipped };',
  },
  {
    name: 'write-ahead-off-for-resting-hedges',
    does: 'a resting hedge leaves before its cause is on the disk',
    source: 'QuantDinger#232',
    file: 'compose/write-ahead-gate.ts',
    sound: 'return layer >= Layer.HEDGE || !isPostOnly;',
    broken: 'return layer > Layer.HEDGE || !isPostOnly;',
  },
  {
    name: 'write-ahead-does-not-wait',
    does: 'taking hedges leave before their cause is on the disk',
    source: 'freqtrade#13332',
    file: 'compose/write-ahead-gate.ts',
    sound: 'const needed = needsRecord(command) ? journal.lastSequence : 0;',
    broken: 'const needed = needsRecord(command) ? journal.lastSequence - 1 : 0;',
  },
  {
    name: 'epoch-not-durable',
    does: 'the epoch is renamed into place without a sync, so a power cut takes it back',
    source: 'nautilus_trader#4215',
    file: `${JOURNAL}/epoch-store.ts`,
    sound: 'storage.sync(NEXT_NAME);',
    broken: '',
  },
  {
    name: 'ids-of-the-old-epoch',
    does: 'a restart counts from one under the old epoch and uses ids again',
    source: 'nautilus_trader#4215, nautilus_trader#3046',
    file: 'engine/loop/order-ids.ts',
    sound: 'this.epoch = epoch;',
    broken: 'this.epoch = this.epoch === 0 ? epoch : this.epoch;',
  },
  {
    name: 'restart-trusts-its-memory',
    does: 'nobody asks what became of the orders of the last life, not when the stream is back either',
    source: 'hummingbot#1357, hummingbot#6968',
    file: 'engine/domains/account-state/state-reconciler.ts',
    sound: `this.blindMicros.fill(Math.max(1, nowMicros));
    this.isUrgent = true;`,
    broken: 'this.isUrgent = this.roundCount === 0;',
    also: {
      file: 'engine/domains/account-state/state-reconciler.ts',
      sound: `this.goBlind(market, nowMicros);
    this.isUrgent = true;`,
      broken: 'if (this.roundCount === 0) this.goBlind(market, nowMicros);',
    },
  },
  {
    name: 'broken-stream-not-caught-up-with',
    does: 'what happened while the private stream was cut is not asked for',
    source: 'nautilus_trader#3861, hummingbot#7679',
    file: 'engine/domains/account-state/state-reconciler.ts',
    sound: `this.goBlind(market, nowMicros);
    this.isUrgent = true;`,
    broken: 'this.blindMicros[market] = 0;',
  },
  {
    name: 'wall-clock-in-the-core',
    does: 'freshness is measured by the clock on the wall',
    source: 'nautilus_trader#3878, hftbacktest#251',
    file: 'engine/domains/market-data/stale-tick-gate.ts',
    sound: 'return nowMicros - this.lastEventMicros;',
    broken: 'return Math.min(nowMicros, Date.now() * 1_000) - this.lastEventMicros;',
  },
];
