/**
 * Goal: trades are found by id, and memory has an end.
 * Method: a ring filled over its brim.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { OrderCommand } from '#contracts/commands.ts';
import { CommissionAsset, OrderType, TimeInForce } from '#contracts/order.ts';
import {
  type AssetUnits,
  type EpochMicros,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import { OwnOrder } from './own-order.ts';
import { TradeHistory } from './trade-history.ts';

function filled(count: number, capacity: number): TradeHistory {
  const terms = {
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
    priceTicks: 1 as PriceTicks,
    quantityLots: 1 as QuantityLots,
  };
  const order = new OwnOrder(1, new OrderCommand(), terms, NO_ORDER);
  const commission = { units: 0 as AssetUnits, asset: CommissionAsset.NONE };
  const history = new TradeHistory(capacity);
  for (let index = 1; index <= count; index++) {
    history.record(
      order,
      index * 10,
      1 as PriceTicks,
      1 as QuantityLots,
      true,
      commission,
      index as EpochMicros,
    );
  }
  return history;
}

test('an empty history has no place for any id', () => {
  const history = filled(0, 4);
  assert.equal(history.placeFrom(0), 0);
  assert.throws(() => history.at(0), RangeError);
});

test('the first trade with the id or above is found', () => {
  const history = filled(4, 8);
  assert.deepEqual(
    [0, 10, 11, 40, 41].map((id) => history.placeFrom(id)),
    [0, 0, 1, 3, 4],
  );
});

test('over the brim the oldest are forgotten and the rest stays in order', () => {
  const history = filled(11, 4);
  assert.equal(history.count, 4);
  assert.deepEqual(
    [0, 1, 2, 3].map((place) => history.at(place).tradeId),
    [80, 90, 100, 110],
  );
  assert.equal(history.placeFrom(0), 0);
  assert.equal(history.placeFrom(95), 2);
  assert.throws(() => history.at(4), RangeError);
});

test('a history without room is refused', () => {
  assert.throws(() => new TradeHistory(0), RangeError);
});
