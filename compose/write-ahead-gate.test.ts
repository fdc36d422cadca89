/**
 * Goal: no order that needs its record leaves before the record is durable, nothing overtakes on one
 * instrument, and what needs no record never waits for the disk.
 * Method: a journal whose durable sequence the test moves; random lines of commands held against those
 * two rules.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { Layer, OrderType, TimeInForce } from '#contracts/order.ts';
import { type DurableJournal, WriteAheadGate, type WriteAheadPolicy } from './write-ahead-gate.ts';

class StubJournal implements DurableJournal {
  lastSequence = 0;
  durableSequence = 0;
  flushes = 0;

  flush(): void {
    this.flushes += 1;
    this.durableSequence = this.lastSequence;
  }
}

function build(policy: WriteAheadPolicy) {
  const journal = new StubJournal();
  const sent: (OrderCommand | RequestCommand)[] = [];
  const gateway = {
    submit: (command: Readonly<OrderCommand | RequestCommand>) => {
      const isOrder = command instanceof OrderCommand;
      sent.push(Object.assign(isOrder ? new OrderCommand() : new RequestCommand(), command));
    },
  };
  const gate = new WriteAheadGate({ gateway, journal, policy });
  return {
    journal,
    sent,
    gate,
    ids: () => sent.map((one) => ('layer' in one ? one.clientOrderId : -one.kind)),
  };
}

function order(fields: object): OrderCommand {
  return Object.assign(new OrderCommand(), fields);
}

const quote = (id: number, instrument = 0): OrderCommand =>
  order({ clientOrderId: id, instrument, layer: Layer.L0 });
const hedge = (id: number, instrument = 1): OrderCommand =>
  order({
    clientOrderId: id,
    instrument,
    layer: Layer.HEDGE,
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.IOC,
  });
const cancel = (id: number, instrument: number): OrderCommand =>
  order({ kind: CommandKind.CANCEL_ORDER, clientOrderId: id, instrument, layer: Layer.HEDGE });

test('a post-only quote leaves at once, whatever the disk does', () => {
  for (const policy of ['flush', 'hold'] as const) {
    const { gate, journal, ids } = build(policy);
    journal.lastSequence = 9;
    gate.submit(quote(1));
    gate.submit(
      order({
        clientOrderId: 2,
        layer: Layer.L2,
        type: OrderType.LIMIT,
        timeInForce: TimeInForce.GTX,
      }),
    );
    gate.submit(order({ kind: CommandKind.REPLACE_ORDER, clientOrderId: 3, layer: Layer.L1 }));
    assert.deepEqual(ids(), [1, 2, 3]);
    assert.equal(journal.flushes, 0);
  }
});

test('a hedge, a market order and a quote that may take wait for their record: the disk is asked first', () => {
  const wanting = [
    hedge(1),
    order({ clientOrderId: 1, layer: Layer.HEDGE, type: OrderType.LIMIT_MAKER }),
    order({ clientOrderId: 1, layer: Layer.L0, type: OrderType.MARKET }),
    order({ clientOrderId: 1, layer: Layer.NONE, type: OrderType.LIMIT_MAKER }),
    order({ kind: CommandKind.REPLACE_ORDER, clientOrderId: 1, layer: Layer.HEDGE }),
  ];
  for (const command of wanting) {
    const { gate, journal, ids } = build('flush');
    journal.lastSequence = 5;
    gate.submit(command);
    assert.deepEqual(ids(), [1]);
    assert.equal(journal.flushes, 1);
    gate.submit(command);
    assert.equal(journal.flushes, 1, 'it is durable already');
  }
});

test('a disk that fails lets nothing out', () => {
  const { gate, journal, sent } = build('flush');
  journal.lastSequence = 5;
  journal.flush = () => {
    throw new Error('input/output error');
  };
  assert.throws(() => gate.submit(hedge(1)), /input/);
  assert.deepEqual(sent, []);
});

test('a held hedge leaves when its event is durable, with the fields it had, and its cancel after it', () => {
  const { gate, journal, sent, ids } = build('hold');
  journal.lastSequence = 5;
  const command = hedge(1);
  command.quantityLots = 7 as never;
  gate.submit(command);
  command.quantityLots = 8 as never;
  gate.submit(cancel(1, 1));
  gate.submit(quote(2));
  assert.deepEqual(ids(), [2], 'another instrument passes');
  journal.durableSequence = 4;
  gate.release();
  assert.deepEqual(ids(), [2]);
  journal.durableSequence = 5;
  gate.release();
  assert.deepEqual(ids(), [2, 1, 1]);
  assert.deepEqual(
    sent.slice(1).map(({ kind }) => kind),
    [CommandKind.PLACE_ORDER, CommandKind.CANCEL_ORDER],
  );
  assert.equal((sent[1] as OrderCommand).quantityLots, 7);
  assert.equal(gate.heldCount, 0);
  assert.equal(journal.flushes, 0);
});

test('a question about the market passes what is held, one about our orders does not', () => {
  const { gate, journal, ids } = build('hold');
  journal.lastSequence = 1;
  gate.submit(hedge(1));
  const ask = (kind: number): void => {
    gate.submit(Object.assign(new RequestCommand(), { kind, instrument: 1 }));
  };
  ask(CommandKind.REQUEST_OPEN_ORDERS);
  ask(CommandKind.REQUEST_SNAPSHOT);
  assert.deepEqual(ids(), [-CommandKind.REQUEST_SNAPSHOT]);
  journal.flush();
  gate.release();
  assert.deepEqual(ids().slice(1), [1, -CommandKind.REQUEST_OPEN_ORDERS]);
});

test('nothing of a process that is gone leaves, and what is held is bounded', () => {
  const { gate, journal, sent } = build('hold');
  journal.lastSequence = 1;
  for (let id = 1; id <= 256; id++) gate.submit(hedge(id));
  assert.equal(gate.heldCount, 256);
  assert.equal(sent.length, 0);
  gate.submit(hedge(257));
  assert.equal(journal.flushes, 1, 'too many: the disk is waited for');
  assert.equal(sent.length, 257);
  journal.lastSequence = 2;
  gate.submit(hedge(258));
  gate.cut();
  journal.flush();
  gate.release();
  gate.submit(quote(259));
  assert.equal(sent.length, 257);
});

test('in any order of commands and syncs: records first, one line for each instrument, nothing lost', () => {
  const steps = fc.array(
    fc.record({
      instrument: fc.nat(1),
      isHedge: fc.boolean(),
      isCancel: fc.boolean(),
      newEvents: fc.nat(2),
      synced: fc.nat(3),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (line) => {
      const { gate, journal, sent } = build('hold');
      const cause = new Map<number, number>();
      const wanted: OrderCommand[] = [];
      const check = (): void => {
        for (const one of sent.slice(checked)) {
          checked += 1;
          const { clientOrderId, kind, layer } = one as OrderCommand;
          const needs = kind === CommandKind.PLACE_ORDER && layer === Layer.HEDGE;
          if (needs) assert.ok((cause.get(clientOrderId) ?? 0) <= journal.durableSequence);
        }
      };
      let checked = 0;
      for (const [index, step] of line.entries()) {
        journal.lastSequence += step.newEvents;
        const id = index + 1;
        const { instrument } = step;
        const placed = step.isHedge ? hedge(id, instrument) : quote(id, instrument);
        const command = step.isCancel ? cancel(id, instrument) : placed;
        cause.set(id, journal.lastSequence);
        wanted.push(command);
        gate.submit(command);
        journal.durableSequence = Math.min(
          journal.lastSequence,
          journal.durableSequence + step.synced,
        );
        check();
        gate.release();
        check();
      }
      journal.flush();
      gate.release();
      for (const instrument of [0, 1]) {
        const of = (all: readonly (OrderCommand | RequestCommand)[]): number[] =>
          all.flatMap((one) =>
            one.instrument === instrument ? [(one as OrderCommand).clientOrderId] : [],
          );
        assert.deepEqual(of(sent), of(wanted));
      }
    }),
  );
});
