import { EventKind } from '#contracts/event-kind.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Events applied so far, by family. */
export class EventCounters {
  marketEvents = 0;
  privateEvents = 0;
  timerEvents = 0;
  controlEvents = 0;

  get total(): number {
    return this.marketEvents + this.privateEvents + this.timerEvents + this.controlEvents;
  }

  /** Hot: every event. The kinds are ordered by family. */
  count(kind: EventKind): void {
    if (kind === EventKind.TIMER) this.timerEvents += 1;
    else if (kind < EventKind.EXECUTION_REPORT) this.marketEvents += 1;
    else if (kind < EventKind.SESSION_START) this.privateEvents += 1;
    else this.controlEvents += 1;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.marketEvents);
    writer.integer(this.privateEvents);
    writer.integer(this.timerEvents);
    writer.integer(this.controlEvents);
  }

  readState(reader: StateReader): void {
    this.marketEvents = reader.integer();
    this.privateEvents = reader.integer();
    this.timerEvents = reader.integer();
    this.controlEvents = reader.integer();
  }
}
