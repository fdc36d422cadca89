import type { OrderIdSource } from '#contracts/order-ids.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { type ClientOrderId, clientOrderId } from '#units/integers.ts';

/**
 * Client order ids: durable epoch x counter. The epoch was incremented on disk before the session
 * started and enters with SessionStart, so an id is never handed out twice, whatever crashes.
 */
export class OrderIds implements OrderIdSource, Persistent {
  private epoch = 0;
  private counter = 0;

  /** A new session: counting starts anew under a higher epoch. Throws when the epoch does not rise. */
  startEpoch(epoch: number): void {
    if (epoch <= this.epoch) throw new RangeError(`epoch must rise: ${this.epoch} -> ${epoch}`);
    this.epoch = epoch;
    this.counter = 0;
  }

  next(): ClientOrderId {
    this.counter += 1;
    return clientOrderId(this.epoch, this.counter);
  }

  writeState(writer: StateWriter): void {
    writer.section('order-ids');
    writer.integer(this.epoch);
    writer.integer(this.counter);
  }

  readState(reader: StateReader): void {
    reader.section('order-ids');
    this.epoch = reader.integer();
    this.counter = reader.integer();
  }
}
