import type { SessionJournal, SnapshotStore } from '#adapters/journal/journal.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import type { AppliedEventObserver } from './engine-host.ts';

/** Event time between two snapshots: what a restart has to replay at most. */
const SNAPSHOT_MICROS = 60 * MICROS_PER_SECOND;

export interface SnapshotKeeperOptions {
  readonly journal: SessionJournal;
  readonly store: SnapshotStore;
  /** Canonical bytes of the engine's state. */
  readonly stateBytes: () => Uint8Array;
}

/**
 * Keeps snapshots of the running engine: once a minute of event time the state is stored and the
 * journal notes where. Live state = snapshot + journal tail. A crash may leave a snapshot ahead of its
 * journal; the store never hands such a one out. Storing costs the loop a sync, about a millisecond.
 */
export class SnapshotKeeper implements AppliedEventObserver {
  private readonly options: SnapshotKeeperOptions;
  private nextMicros = 0;

  constructor(options: SnapshotKeeperOptions) {
    this.options = options;
  }

  onApplied(event: Readonly<EngineEvent>): void {
    if (event.kind !== EventKind.TIMER || event.atMicros < this.nextMicros) return;
    const isFirst = this.nextMicros === 0;
    this.nextMicros = event.atMicros + SNAPSHOT_MICROS;
    if (isFirst) return;
    const { journal, store, stateBytes } = this.options;
    journal.noteSnapshot(store.save(event.sequence, stateBytes()));
  }
}
