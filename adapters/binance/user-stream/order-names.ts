import { type ClientOrderId, NO_ORDER } from '#units/integers.ts';

/** Reads our client order id from its text on the wire; NO_ORDER when the text is not ours. */
export type ReadOrderId = (text: string) => ClientOrderId;

const NAMES_MAX = 8_192;

/**
 * Which of our orders a report is about. A cancel and an amend put an id of their own in front and ours
 * behind; after an amend the venue may go on under the new one. So the venue's order id is remembered.
 */
export class OrderNames {
  private readonly read: ReadOrderId;
  private readonly byVenueId = new Map<string, ClientOrderId>();

  constructor(read: ReadOrderId) {
    this.read = read;
  }

  /** `texts` in the order in which they count. NO_ORDER for an order that is not ours. */
  resolve(
    venueId: { readonly high: number; readonly low: number },
    texts: readonly string[],
  ): ClientOrderId {
    const key = `${venueId.high}:${venueId.low}`;
    const known = this.byVenueId.get(key);
    if (known !== undefined) return known;
    for (const text of texts) {
      const id = text === '' ? NO_ORDER : this.read(text);
      if (id === NO_ORDER) continue;
      if (this.byVenueId.size === NAMES_MAX) {
        for (const oldest of this.byVenueId.keys()) {
          this.byVenueId.delete(oldest);
          break;
        }
      }
      this.byVenueId.set(key, id);
      return id;
    }
    return NO_ORDER;
  }
}
