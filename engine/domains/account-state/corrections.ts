import { BalanceSlot } from '#contracts/order.ts';
import { type Balances, POSITION_SLOT } from './balances.ts';
import type { PnlAttributionBook } from './pnl-attribution.ts';
import type { PositionBook } from './position-book.ts';
import type { StateReconciler } from './state-reconciler.ts';

const QUOTED = 0;
const HEDGE = 1;

interface CorrectionsOptions {
  readonly balances: Balances;
  readonly book: PositionBook;
  readonly attribution: PnlAttributionBook;
  readonly reconciler: StateReconciler;
}

/** Ends what the venue's statements corrected, once the venue's list of trades can explain no more of it. */
export class Corrections {
  private readonly options: CorrectionsOptions;

  constructor(options: CorrectionsOptions) {
    this.options = options;
  }

  /**
   * The list of own trades of one market is complete up to `seenMicros` (venue time). What statements
   * changed until then and no trade explains stays so; what they changed later waits for the next list.
   */
  settle(market: number, seenMicros: number, perpEntryPriceUnits: number): void {
    const { balances, reconciler } = this.options;
    if (balances.isConfirmed()) return;
    for (let index = 0; index <= POSITION_SLOT; index++) {
      const slot = balances.slot(index);
      const home = index === BalanceSlot.PERP_MARGIN || index === POSITION_SLOT ? HEDGE : QUOTED;
      const isOpen = home === market && slot.isKnown && !slot.isConfirmed;
      if (isOpen && slot.correctedAtMicros <= seenMicros) {
        this.keep(index, slot.settle(), perpEntryPriceUnits);
      }
    }
    if (!balances.isConfirmed()) reconciler.want();
  }

  /** What no trade explains enters the cost books: the stock at the mid, the position at its entry price. */
  private keep(slotIndex: number, settledUnits: number, perpEntryPriceUnits: number): void {
    const { book, attribution } = this.options;
    if (settledUnits === 0 || !attribution.hasStarted) return;
    if (slotIndex === BalanceSlot.SPOT_BASE) {
      book.adjustSpot(settledUnits);
      attribution.adjust(true, settledUnits);
    } else if (slotIndex === POSITION_SLOT) {
      book.rebasePerp(perpEntryPriceUnits);
      attribution.adjust(false, settledUnits);
    }
  }
}
