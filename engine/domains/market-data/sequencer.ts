import { type DepthDeltaEvent, LevelColumn } from '#contracts/events.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { EpochMicros } from '#units/integers.ts';

/** One held depth message. Slots are reused; their columns grow to the largest message seen. */
export class HeldDelta {
  beforeUpdateId = 0;
  lastUpdateId = 0;
  venueTimeMicros = 0 as EpochMicros;
  readonly bids = new LevelColumn();
  readonly asks = new LevelColumn();
}

export const HoldOutcome = { HELD: 0, DUPLICATE: 1, FULL: 2 } as const;
export type HoldOutcome = (typeof HoldOutcome)[keyof typeof HoldOutcome];

/**
 * Holds depth messages that cannot be applied yet, in the order of the venue's update ids, whatever
 * the order of arrival. Bounded: when full it refuses, and its owner starts over.
 *
 * Not hot: only in use while a book has no unbroken chain.
 */
export class Sequencer implements Persistent {
  private readonly capacity: number;
  /** [0, count) in rising order of lastUpdateId, then free slots. */
  private readonly slots: HeldDelta[] = [];
  private size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get count(): number {
    return this.size;
  }

  /** The message with the lowest id. Precondition: count above zero. */
  get first(): HeldDelta {
    return this.slots[0] as HeldDelta;
  }

  hold(event: Readonly<DepthDeltaEvent>, beforeUpdateId: number): HoldOutcome {
    if (this.size === this.capacity) return HoldOutcome.FULL;
    let position = this.size;
    while (position > 0) {
      const earlier = (this.slots[position - 1] as HeldDelta).lastUpdateId;
      if (earlier === event.lastUpdateId) return HoldOutcome.DUPLICATE;
      if (earlier < event.lastUpdateId) break;
      position -= 1;
    }
    const slot = this.freeSlot();
    slot.beforeUpdateId = beforeUpdateId;
    slot.lastUpdateId = event.lastUpdateId;
    slot.venueTimeMicros = event.venueTimeMicros;
    slot.bids.copyFrom(event.bids);
    slot.asks.copyFrom(event.asks);
    for (let index = this.size; index > position; index--) {
      this.slots[index] = this.slots[index - 1] as HeldDelta;
    }
    this.slots[position] = slot;
    this.size += 1;
    return HoldOutcome.HELD;
  }

  /** Lets the first `count` messages go. */
  drop(count: number): void {
    const released = this.slots.splice(0, count);
    this.slots.push(...released);
    this.size -= count;
  }

  at(position: number): HeldDelta {
    return this.slots[position] as HeldDelta;
  }

  clear(): void {
    this.size = 0;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.size);
    for (let position = 0; position < this.size; position++) {
      const held = this.at(position);
      writer.integer(held.beforeUpdateId);
      writer.integer(held.lastUpdateId);
      writer.integer(held.venueTimeMicros);
      writeColumn(writer, held.bids);
      writeColumn(writer, held.asks);
    }
  }

  readState(reader: StateReader): void {
    this.size = 0;
    const count = reader.integer();
    for (let position = 0; position < count; position++) {
      const held = this.freeSlot();
      held.beforeUpdateId = reader.integer();
      held.lastUpdateId = reader.integer();
      held.venueTimeMicros = reader.integer() as EpochMicros;
      readColumn(reader, held.bids);
      readColumn(reader, held.asks);
      this.size += 1;
    }
  }

  private freeSlot(): HeldDelta {
    let slot = this.slots[this.size];
    if (slot === undefined) {
      slot = new HeldDelta();
      this.slots[this.size] = slot;
    }
    return slot;
  }
}

function writeColumn(writer: StateWriter, column: LevelColumn): void {
  writer.integer(column.count);
  for (let index = 0; index < column.count; index++) {
    writer.integer(column.pricesTicks[index] as number);
    writer.integer(column.quantitiesLots[index] as number);
  }
}

function readColumn(reader: StateReader, column: LevelColumn): void {
  column.clear();
  const count = reader.integer();
  for (let index = 0; index < count; index++) {
    const price = reader.integer();
    column.push(price, reader.integer());
  }
}
