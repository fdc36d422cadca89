import type { AccountBooks } from './account-books.ts';
import { WHOLE } from './amounts.ts';
import type { AuditBounds, EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import { HEDGE, QUOTED } from './situation.ts';

/**
 * 35: between two looks at which all balances were equal, the engine's PnL moved by what own equity
 * moved, at the same marks; and its attribution leaves no residual.
 *
 * Tolerance: some units per trade for rounding. Where a position was corrected by a statement, its cost
 * stands at the venue's entry price, which is rounded to 1e-8: one unit per whole base asset held.
 */
export class PnlAudit {
  private readonly bounds: AuditBounds;
  private readonly findings: Findings;
  private readonly account: AccountBooks;
  private hasStart = false;
  private hasCorrection = false;
  private wasEverCorrected = false;
  private startEquity = 0;
  private startTotal = 0;
  private startTrades = 0;
  private startAdjustments = 0;

  constructor(bounds: AuditBounds, findings: Findings, account: AccountBooks) {
    this.bounds = bounds;
    this.findings = findings;
    this.account = account;
  }

  forget(): void {
    this.hasStart = false;
  }

  onCorrection(): void {
    this.hasCorrection = true;
    this.wasEverCorrected = true;
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
      this.hasCorrection = false;
      this.startEquity = equity;
      this.startTotal = view.pnlTotalUnits;
      this.startTrades = account.tradeCount;
      this.startAdjustments = account.adjustmentCount;
      return;
    }
    this.findings.count(35);
    const trades = account.tradeCount - this.startTrades;
    const atEntry = this.hasCorrection ? Math.ceil(Math.abs(view.perpBaseUnits) / WHOLE) : 0;
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
    this.checkResidual(view);
  }

  /** Only while nothing was ever put in, taken out or corrected: that has no part of its own. */
  private checkResidual(view: EngineView): void {
    if (this.account.adjustmentCount > 0 || this.wasEverCorrected) return;
    const most = this.bounds.pnlUnitsPerFill * (this.account.tradeCount + 1);
    if (Math.abs(view.pnlResidualUnits) <= most) return;
    this.findings.violate(35, `residual ${view.pnlResidualUnits} units, at most ${most}`);
    this.hasStart = false;
  }
}
