/**
 * Goal: every command is recorded first, then goes to the one place it is for.
 * Method: recorders, listeners and a gateway that write down what reached them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCommand, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { CommandRouter } from './command-router.ts';

function build() {
  const calls: string[] = [];
  const router = new CommandRouter();
  router.addRecorder({ emit: (command) => calls.push(`first records ${command.kind}`) });
  router.addRecorder({ emit: (command) => calls.push(`second records ${command.kind}`) });
  router.addAlertListener({ onAlert: (alert) => calls.push(`alert ${alert.code}`) });
  const bind = (): void =>
    router.bindGateway({ submit: (command) => calls.push(`venue ${command.kind}`) });
  return { router, calls, bind };
}

test('an order is recorded by all recorders before it reaches the venue', () => {
  const { router, calls, bind } = build();
  bind();
  const order = new OrderCommand();
  router.emit(order);
  assert.deepEqual(calls, [
    `first records ${order.kind}`,
    `second records ${order.kind}`,
    `venue ${order.kind}`,
  ]);
});

test('an alert is recorded and goes to people, never to the venue', () => {
  const { router, calls, bind } = build();
  bind();
  const alert = new AlertCommand();
  router.emit(alert);
  assert.deepEqual(calls.slice(2), [`alert ${alert.code}`]);
});

test('without a gateway orders and requests are recorded and go nowhere', () => {
  const { router, calls } = build();
  router.emit(new OrderCommand());
  router.emit(new RequestCommand());
  assert.equal(calls.length, 4);
  assert.ok(calls.every((call) => call.includes('records')));
});
