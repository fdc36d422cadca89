import type { CommandSink } from '#contracts/commands.ts';
import type { EngineConfiguration } from '#contracts/configuration/engine-configuration.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { QuoteModel } from '#contracts/quote-model.ts';
import type { Persistent } from '#contracts/state-codec.ts';
import { AccountStateManager } from '#domains/account-state/account-state.ts';
import { ExecutionManager } from '#domains/execution/execution.ts';
import { HedgingManager } from '#domains/hedging/hedging.ts';
import { MarketDataManager } from '#domains/market-data/market-data.ts';
import { OpsManager } from '#domains/ops/ops.ts';
import { PricingManager } from '#domains/pricing/pricing.ts';
import { ReferenceManager } from '#domains/reference/reference.ts';
import { RiskManager } from '#domains/risk/risk.ts';
import { Orchestrator } from '#loop/orchestrator.ts';
import { OrderIds } from '#loop/order-ids.ts';
import { StateBytesReader, StateBytesWriter, writeAll } from '#loop/state-bytes.ts';

export interface EngineOptions {
  readonly configuration: EngineConfiguration;
  /** The one output: every command of every domain. */
  readonly output: CommandSink;
  readonly probe: StageProbe;
  /** A user's own pricing model, when the configuration asks for one. */
  readonly model: QuoteModel | null;
}

/**
 * The core, assembled: eight domains, the ids and the loop, in reading order. The same object in all
 * worlds; only the output and what feeds it differ.
 */
export class Engine {
  readonly reference: ReferenceManager;
  readonly accountState: AccountStateManager;
  readonly marketData: MarketDataManager;
  readonly risk: RiskManager;
  readonly pricing: PricingManager;
  readonly execution: ExecutionManager;
  readonly hedging: HedgingManager;
  readonly ops: OpsManager;
  private readonly orderIds = new OrderIds();
  private readonly loop: Orchestrator;
  private readonly parts: readonly Persistent[];
  private readonly stateWriter = new StateBytesWriter();

  constructor(options: EngineOptions) {
    const { configuration, output, probe, model } = options;
    const { inventory } = configuration;

    this.reference = new ReferenceManager({ output });
    const { instruments } = this.reference;
    this.accountState = new AccountStateManager({
      configuration: configuration.accountState,
      inventory,
      instruments,
      output,
    });
    const { position, pnl, ownOrders } = this.accountState;
    this.marketData = new MarketDataManager({
      configuration: configuration.marketData,
      instruments,
      ownOrders,
      output,
    });
    const { markets } = this.marketData;
    this.accountState.bindMarkets(markets);
    this.risk = new RiskManager({
      configuration: configuration.risk,
      instruments,
      markets,
      position,
      output,
    });
    this.pricing = new PricingManager({
      configuration: configuration.pricing,
      inventory,
      instruments,
      ...(model === null ? {} : { model }),
    });
    this.execution = new ExecutionManager({
      configuration: configuration.execution,
      instruments,
      markets,
      orderIds: this.orderIds,
      output,
    });
    this.hedging = new HedgingManager({
      configuration: configuration.hedging,
      inventory,
      instruments,
      output,
    });
    this.ops = new OpsManager({ configuration: configuration.ops, markets, position, pnl, output });

    this.parts = [
      this.orderIds,
      this.reference,
      this.marketData,
      this.accountState,
      this.risk,
      this.pricing,
      this.execution,
      this.hedging,
      this.ops,
    ];
    this.loop = new Orchestrator({
      reference: this.reference,
      marketData: this.marketData,
      accountState: this.accountState,
      risk: this.risk,
      pricing: this.pricing,
      execution: this.execution,
      hedging: this.hedging,
      ops: this.ops,
      orderIds: this.orderIds,
      probe,
    });
  }

  /** Applies one event: one turn of the loop. */
  handle(event: EngineEvent): void {
    this.loop.handle(event);
  }

  /** Canonical bytes of all state, in fixed order. Valid until the next call. */
  stateBytes(): Uint8Array {
    return writeAll(this.parts, this.stateWriter);
  }

  /** Takes the state of a snapshot. Only for a fresh engine of the same configuration. */
  restore(bytes: Uint8Array): void {
    const reader = new StateBytesReader(bytes);
    for (const part of this.parts) part.readState(reader);
    if (!reader.isAtEnd) throw new RangeError('the snapshot holds more state than this engine has');
  }
}
