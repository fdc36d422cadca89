/** 31: what must be alarmed is alarmed in time. A deadline per cause; any of its alerts ends it. */
import { AlertCode, type AlertCommand } from '#contracts/commands.ts';
import type { Findings } from './findings.ts';
import { CleanClock, type Situation } from './situation.ts';

const CODES = 64;
const EXPECTED_MAX = 128;
/** An alert may come before the auditor sees its cause: at the first of two statements, for example. */
const EARLIER_MICROS = 10_000_000;

/** Codes as bits, so that a cause may be answered by any of several alerts. */
export function codeBit(code: number): number {
  return 1 << code;
}

/** A live book was lost: any of these says so. */
export const BOOK_FELL =
  codeBit(AlertCode.BOOK_GAP) | codeBit(AlertCode.BOOK_CROSSED) | codeBit(AlertCode.STALE_MARKET);

/** Hot: `poll` every applied event; nothing to do while nothing is expected. */
export class AlertAudit {
  private readonly findings: Findings;
  private readonly situation: Situation;
  private readonly boundMicros: number;
  private readonly lastMicros = new Float64Array(CODES).fill(Number.NEGATIVE_INFINITY);
  private readonly bits = new Int32Array(EXPECTED_MAX);
  private readonly since = new Float64Array(EXPECTED_MAX);
  private readonly runningAt = new Float64Array(EXPECTED_MAX);
  private readonly orders = new Float64Array(EXPECTED_MAX);
  private readonly causes: string[] = new Array(EXPECTED_MAX).fill('');
  private count = 0;

  constructor(boundMicros: number, situation: Situation, findings: Findings) {
    this.boundMicros = boundMicros;
    this.situation = situation;
    this.findings = findings;
  }

  onAlert(alert: Readonly<AlertCommand>): void {
    if (alert.code < CODES) this.lastMicros[alert.code] = this.situation.nowMicros;
    const bit = codeBit(alert.code);
    for (let index = this.count - 1; index >= 0; index--) {
      if (((this.bits[index] as number) & bit) === 0) continue;
      this.remove(index);
    }
  }

  /** An alert of any of these codes at that time or later. */
  hasSince(bits: number, sinceMicros: number): boolean {
    for (let code = 0; code < CODES && code < 31; code++) {
      if ((bits & codeBit(code)) === 0) continue;
      if ((this.lastMicros[code] as number) >= sinceMicros) return true;
    }
    return false;
  }

  /**
   * Something happened that must be alarmed. `mayPrecede`: an alert of the last seconds answers it, too.
   */
  expect(bits: number, cause: string, clientOrderId: number, mayPrecede: boolean): void {
    const now = this.situation.nowMicros;
    this.findings.count(31);
    if (this.hasSince(bits, mayPrecede ? now - EARLIER_MICROS : now)) return;
    if (this.count === EXPECTED_MAX) return;
    const index = this.count;
    this.count += 1;
    this.bits[index] = bits;
    this.since[index] = now;
    this.runningAt[index] = this.situation.allMicros(CleanClock.RUNNING);
    this.orders[index] = clientOrderId;
    this.causes[index] = cause;
  }

  /** The process that should have alarmed is gone: the next one need not know. */
  onStarted(): void {
    this.count = 0;
  }

  poll(): void {
    if (this.count === 0) return;
    const running = this.situation.allMicros(CleanClock.RUNNING);
    for (let index = this.count - 1; index >= 0; index--) {
      const waited = running - (this.runningAt[index] as number);
      if (waited <= this.boundMicros) continue;
      this.findings.violate(
        31,
        `no alert within ${waited} microseconds: ${this.causes[index]}, since ${this.since[index]}`,
        this.orders[index] as number,
      );
      this.remove(index);
    }
  }

  private remove(index: number): void {
    const last = this.count - 1;
    this.bits[index] = this.bits[last] as number;
    this.since[index] = this.since[last] as number;
    this.runningAt[index] = this.runningAt[last] as number;
    this.orders[index] = this.orders[last] as number;
    this.causes[index] = this.causes[last] as string;
    this.count = last;
  }
}
