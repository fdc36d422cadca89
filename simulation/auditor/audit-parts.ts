import { AccountBooks } from './account-books.ts';
import { AlertAudit } from './alert-audit.ts';
import { AskingAudit } from './asking-audit.ts';
import { type AuditBounds, type AuditorOptions, DEFAULT_AUDIT_BOUNDS } from './auditor-inputs.ts';
import { CalmAudit } from './calm-audit.ts';
import { DeadlineAudit } from './deadline-audit.ts';
import { EngineBooks } from './engine-books.ts';
import { Findings } from './findings.ts';
import { GrantedLimits } from './granted-limits.ts';
import { HandedInAudit } from './handed-in-audit.ts';
import { KillAudit } from './kill-audit.ts';
import { LargestBand } from './largest-band.ts';
import { MarketAudit } from './market-audit.ts';
import { OrderLife } from './order-life.ts';
import { RateAudit } from './rate-audit.ts';
import { ReservationAudit } from './reservation-audit.ts';
import { SendAudit } from './send-audit.ts';
import { SentOrders } from './sent-orders.ts';
import { HEDGE, INSTRUMENTS_MAX, Situation } from './situation.ts';
import { SizeAudit } from './size-audit.ts';
import { TableAudit } from './table-audit.ts';
import { TurnMemory } from './turn-memory.ts';
import { venueOrderRates } from './venue-rates.ts';
import { WeightAudit } from './weight-audit.ts';

/** What an auditor consists of: who keeps books, who checks. */
export interface AuditParts {
  readonly findings: Findings;
  readonly situation: Situation;
  readonly account: AccountBooks;
  readonly alerts: AlertAudit;
  readonly markets: MarketAudit;
  readonly granted: GrantedLimits;
  readonly turns: TurnMemory;
  readonly engineBooks: EngineBooks;
  readonly life: OrderLife;
  readonly rate: RateAudit;
  readonly sizes: SizeAudit;
  readonly kill: KillAudit;
  readonly sends: SendAudit;
  readonly deadlines: DeadlineAudit;
  readonly calm: CalmAudit;
  readonly tables: TableAudit;
  readonly reservations: ReservationAudit;
  readonly handedIn: HandedInAudit;
  readonly asking: AskingAudit;
}

/** Puts an auditor together. Throws a RangeError for an account of no or of too many instruments. */
export function buildAuditParts(options: AuditorOptions): AuditParts {
  const { instruments } = options;
  if (instruments.length < 1 || instruments.length > INSTRUMENTS_MAX) {
    throw new RangeError(`the auditor follows one or two instruments, not ${instruments.length}`);
  }
  const bounds: AuditBounds = { ...DEFAULT_AUDIT_BOUNDS, ...options.bounds };
  const hasHedge = instruments.length > HEDGE;
  const findings = new Findings(options.violationsMax);
  const situation = new Situation(bounds.livenessMicros);
  const account = new AccountBooks(instruments, options.opening, options.feeAsset, findings);
  const alerts = new AlertAudit(bounds.alertMicros, situation, findings);
  const markets = new MarketAudit({ instruments, bounds, findings, situation, account, alerts });
  const { prices, heardAges: ages, saidAges, books } = markets;
  const granted = new GrantedLimits(options.limits);
  const turns = new TurnMemory(hasHedge);
  const orders = new SentOrders();
  const shared = { bounds, findings, situation, orders, account, alerts, ages };
  const life = new OrderLife(shared);
  const weights = new WeightAudit(instruments, orders, findings);
  const rate = new RateAudit(
    options.orderRates ?? venueOrderRates(options.instruments),
    weights,
    findings,
  );
  const sizes = new SizeAudit({ ...shared, instruments, granted, prices });
  const kill = new KillAudit(shared);
  const { childrenPerLayer, targetDeltaBaseUnits } = options;
  const { hardDeltaQuoteUnits, hardDeltaMicros } = options;
  const sends = new SendAudit({
    ...{ ...shared, kill, life, rate, sizes, granted, turns },
    ...{ childrenPerLayer, targetDeltaBaseUnits },
  });
  const band = new LargestBand(options.bandMaxQuoteUnits, { account, prices, situation });
  const deadlines = new DeadlineAudit({
    ...{ ...shared, band, hasHedge, prices, sends },
    ...{ targetDeltaBaseUnits, hardDeltaQuoteUnits, hardDeltaMicros },
  });
  const reservations = new ReservationAudit(shared);
  const instrumentCount = instruments.length;
  return {
    ...{ findings, situation, account, alerts, markets, granted, turns },
    ...{ life, rate, sizes, kill, sends, deadlines },
    engineBooks: new EngineBooks(account, alerts, situation, findings),
    calm: new CalmAudit({ ...shared, instrumentCount, books, saidAges, reservations }),
    tables: new TableAudit(findings, instrumentCount),
    reservations,
    handedIn: new HandedInAudit(findings),
    asking: new AskingAudit(bounds, instrumentCount, situation, findings),
  };
}
