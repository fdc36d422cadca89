import type { AccountBooks } from './account-books.ts';
import { WHOLE } from './amounts.ts';
import type { AuditBounds, EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import { HEDGE, QUOTED } from './situation.ts';

/**
 * 35: between two looks at which all balances were equal, the engine's PnL moved by what own equity
 * moved, at the same marks; and the residual of its attribution stayed what it was. A correction, a
 * restart or money from outside begins anew at the next look, so that the whole run is judged.
 *
 * Tolerance: some units per trade for rounding. Once a holding was corrected by a statement, or its
 * trades arrived in another order than they were made, the engine's cost of the position may differ from
 * the venue's (both are averages, and closing takes off a share of the average of then): some price units
 * per whole asset held.
 */
export class PnlAudit {
  private readonly bounds: AuditBounds;
  private readonly findings: Findings;
  private readonly account: AccountBooks;
  private hasStart = false;
  private wasEverCorrected = false;
  private startEquity = 0;
  private startTotal = 0;
  private startTrades = 0;
  private startPosition = 0;
  private startAdjustments = 0;
  private startResidual = 0;

  constructor(bounds: AuditBounds, findings: Findings, account: AccountBooks) {
    this.bounds = bounds;
    this.findings = findings;
    this.account = account;
  }

  forget(): void {
    this.hasStart = false;
  }

  /** What was compared with before is worth nothing: the next look begins anew. */
  onCorrection(): void {
    this.wasEverCorrected = true;
    this.hasStart = false;
  }

  /** Balances and positions are equal now. */
  look(view: EngineView): void {
    const { account } = this;
    const quoted = account.instrument(QUOTED);
    const hedge = account.instrument(HEDGE);
    const quotedMid = view.midHalfTicks(QUOTED) * (quoted?.priceUnitsPerTick ?? 0);
    const hedgeMid = hedge === null ? 0 : view.midHalfTicks(HEDGE) * hedge.priceUnitsPerTick;
    if (quotedMid === 0 || (hedge !== null && hedgeMid === 0)) return;
    const equity = account.equityUnits(quotedMid, hedgeMid);
    const isNew = !this.hasStart || account.adjustmentCount !== this.startAdjustments;
    if (isNew) {
      this.hasStart = true;
      this.startEquity = equity;
      this.startTotal = view.pnlTotalUnits;
      this.startTrades = account.tradeCount;
      this.startPosition = Math.abs(view.perpBaseUnits);
      this.startAdjustments = account.adjustmentCount;
      this.startResidual = view.pnlResidualUnits;
      return;
    }
    this.findings.count(35);
    const trades = account.tradeCount - this.startTrades;
    const atEntry = this.wasEverCorrected ? this.entryUnits(view) : 0;
    const tolerance = this.bounds.pnlUnitsPerFill * (trades + 1) + atEntry;
    const own = equity - this.startEquity;
    const engine = view.pnlTotalUnits - this.startTotal;
    if (Math.abs(own - engine) > tolerance) {
      this.findings.violate(
        35,
        `own equity moved by ${own}, the engine's PnL by ${engine}; tolerance ${tolerance} over ${trades} trades`,
      );
      this.hasStart = false;
    }
    this.checkResidual(view, trades, tolerance);
  }

  /** The largest position of the interval is not known: the larger of both ends stands for it. */
  private entryUnits(view: EngineView): number {
    const assets = Math.max(Math.abs(view.perpBaseUnits), this.startPosition) / WHOLE;
    return Math.ceil(assets * this.bounds.pnlEntryPriceUnits);
  }

  /** A correction has no part of its own: it stays in the residual, from which the looks after it start. */
  private checkResidual(view: EngineView, trades: number, most: number): void {
    const grown = view.pnlResidualUnits - this.startResidual;
    if (Math.abs(grown) <= most) return;
    this.findings.violate(
      35,
      `the residual grew by ${grown} units over ${trades} trades, at most ${most}`,
    );
    this.hasStart = false;
  }
}
