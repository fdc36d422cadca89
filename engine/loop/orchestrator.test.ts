/**
 * Goal: each family of events takes its documented way through the domains, in the fixed order, and
 * nothing is sent without the gate's verdict.
 * Method: parts that only note which of their methods was called, with plans of a chosen length.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  BalanceEvent,
  BookTickerEvent,
  type EngineEvent,
  OperatorEvent,
  SessionStartEvent,
  TimerEvent,
} from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';
import { type EngineParts, Orchestrator } from './orchestrator.ts';
import { OrderIds } from './order-ids.ts';

const DOMAINS = [
  ...['reference', 'marketData', 'accountState', 'risk', 'pricing', 'execution'],
  ...['hedging', 'ops'],
];

interface Answers {
  /** Actions in the quote plan and in the hedge plan. */
  readonly quoteActions?: number;
  readonly hedgeActions?: number;
  readonly shouldKill?: boolean;
}

/** An orchestrator over parts that note every call as "domain.method". */
function noted(answers: Answers = {}) {
  const calls: string[] = [];
  const results: Record<string, unknown> = {
    'execution.plan': { count: answers.quoteActions ?? 0 },
    'execution.planHedge': { count: answers.hedgeActions ?? 0 },
    'ops.assess': { shouldKill: answers.shouldKill ?? false },
  };
  const domain = (name: string) =>
    new Proxy(
      {},
      {
        get: (_target, method) => {
          const call = `${name}.${String(method)}`;
          // Views are read, not called: only methods are noted.
          if (['markets', 'position'].includes(String(method))) return {};
          return () => {
            calls.push(call);
            return results[call];
          };
        },
      },
    );
  const orderIds = new OrderIds();
  const probe = { begin: () => undefined, mark: () => undefined, end: () => undefined };
  const domains = Object.fromEntries(DOMAINS.map((name) => [name, domain(name)]));
  const parts = { ...domains, orderIds, probe } as unknown as EngineParts;
  const orchestrator = new Orchestrator(parts);
  return {
    orderIds,
    callsOf(event: EngineEvent): string[] {
      calls.length = 0;
      orchestrator.handle(event);
      return [...calls];
    },
  };
}

const HEDGE = ['hedging.plan', 'execution.planHedge'];
const REQUOTE = ['pricing.quote', 'execution.plan'];
const SEND = ['risk.preTradeCheck', 'execution.submit'];

test('a market event: market data, then hedge, then quotes', () => {
  assert.deepEqual(noted().callsOf(new BookTickerEvent()), [
    'ops.observe',
    'marketData.apply',
    ...HEDGE,
    ...REQUOTE,
  ]);
});

test('plans with actions pass the gate before they are submitted, hedges first', () => {
  const calls = noted({ quoteActions: 2, hedgeActions: 1 }).callsOf(new BookTickerEvent());
  assert.deepEqual(calls.slice(2), [...HEDGE, ...SEND, ...REQUOTE, ...SEND]);
});

test('an execution report reaches account state, risk, execution, hedging, pricing and the book', () => {
  assert.deepEqual(noted().callsOf(new ExecutionReport()), [
    'ops.observe',
    'accountState.apply',
    'risk.settle',
    'execution.onReport',
    'hedging.onReport',
    'pricing.onReport',
    'marketData.onOwnOrders',
    ...HEDGE,
    ...REQUOTE,
  ]);
});

test('other private events go to account state alone', () => {
  const calls = noted().callsOf(new BalanceEvent());
  assert.deepEqual(calls, ['ops.observe', 'accountState.apply', ...HEDGE, ...REQUOTE]);
});

test('a timer reaches every domain, then health is judged, and a kill comes before any plan', () => {
  const timers = DOMAINS.map((name) => `${name}.onTimer`);
  const calm = noted().callsOf(new TimerEvent());
  const judged = ['ops.observe', ...timers, 'ops.assess', 'pricing.onHealth'];
  assert.deepEqual(calm, [...judged, ...HEDGE, ...REQUOTE]);
  const killed = noted({ shouldKill: true }).callsOf(new TimerEvent());
  assert.deepEqual(killed, [...judged, 'execution.kill', ...HEDGE, ...REQUOTE]);
});

test('a control event reaches every domain, and the session start gives the ids their epoch', () => {
  const controls = DOMAINS.map((name) => `${name}.onControl`);
  const { callsOf, orderIds } = noted();
  assert.deepEqual(callsOf(new OperatorEvent()), [
    'ops.observe',
    ...controls,
    ...HEDGE,
    ...REQUOTE,
  ]);
  assert.throws(() => orderIds.next(), /epoch/);
  const start = new SessionStartEvent();
  start.epoch = 4;
  callsOf(start);
  assert.equal(orderIds.next(), 4 * 2 ** 32 + 1);
});
