import type { ClientOrderId, EpochMicros } from '#units/integers.ts';

/** Orders remembered. Older ones are no longer news to the venue. */
const REMEMBERED = 4_096;

/** When orders left the process: the recent ones. */
export class SentOrders {
  private readonly sent = new Map<ClientOrderId, EpochMicros>();

  noteSent(id: ClientOrderId, atMicros: EpochMicros): void {
    this.sent.set(id, atMicros);
    if (this.sent.size <= REMEMBERED) return;
    for (const oldest of this.sent.keys()) {
      this.sent.delete(oldest);
      return;
    }
  }

  /** 0 when it is not remembered. */
  sentAtMicros(id: ClientOrderId): EpochMicros {
    return this.sent.get(id) ?? (0 as EpochMicros);
  }
}
