import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { DOMAIN_NAMES, type DomainHealth, DomainStatus } from '#contracts/system-health.ts';
import type { EpochMicros } from '#units/integers.ts';

/** Index of each domain in `SystemHealth.domains`. */
export const DomainIndex = {
  REFERENCE: 0,
  MARKET_DATA: 1,
  ACCOUNT_STATE: 2,
  RISK: 3,
  PRICING: 4,
  EXECUTION: 5,
  HEDGING: 6,
  OPS: 7,
} as const;
export type DomainIndex = (typeof DomainIndex)[keyof typeof DomainIndex];

class MutableDomainHealth implements DomainHealth {
  status: DomainStatus = DomainStatus.DEGRADED;
  errorCount = 0;
  lastSuccessMicros = 0 as EpochMicros;
}

/** Status of each domain, how often it left UP, and when it was last well. */
export class DomainWatch {
  readonly domains: readonly DomainHealth[];
  private readonly rows: readonly MutableDomainHealth[];

  constructor() {
    const rows: MutableDomainHealth[] = [];
    for (let index = 0; index < DOMAIN_NAMES.length; index++) rows.push(new MutableDomainHealth());
    this.rows = rows;
    this.domains = rows;
  }

  /** Hot: each timer, once a domain. A domain that was never well has not failed yet: no error counts. */
  set(index: DomainIndex, status: DomainStatus, nowMicros: EpochMicros): void {
    const row = this.rows[index] as MutableDomainHealth;
    if (status === DomainStatus.UP) row.lastSuccessMicros = nowMicros;
    else if (row.status === DomainStatus.UP) row.errorCount += 1;
    row.status = status;
  }

  status(index: DomainIndex): DomainStatus {
    return (this.rows[index] as MutableDomainHealth).status;
  }

  /** How many domains have this status. */
  count(status: DomainStatus): number {
    let count = 0;
    for (let index = 0; index < this.rows.length; index++) {
      if ((this.rows[index] as MutableDomainHealth).status === status) count += 1;
    }
    return count;
  }

  /** Microseconds since the domain was last well; 0 when it never was. */
  downMicros(index: DomainIndex, nowMicros: number): number {
    const lastSuccess = (this.rows[index] as MutableDomainHealth).lastSuccessMicros;
    return lastSuccess === 0 ? 0 : nowMicros - lastSuccess;
  }

  writeState(writer: StateWriter): void {
    for (const row of this.rows) {
      writer.integer(row.status);
      writer.integer(row.errorCount);
      writer.integer(row.lastSuccessMicros);
    }
  }

  readState(reader: StateReader): void {
    for (const row of this.rows) {
      row.status = reader.integer() as DomainStatus;
      row.errorCount = reader.integer();
      row.lastSuccessMicros = reader.integer() as EpochMicros;
    }
  }
}
