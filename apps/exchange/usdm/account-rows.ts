/** Rows about the account as USD-M prints them. */
import type { Json } from '#apps/exchange/api/venue-error.ts';
import type { Position, UsdmAccount } from './usdm-account.ts';
import { amountText, decimalsOf } from './usdm-events.ts';

type Row = { readonly [key: string]: Json };

/** `GET /fapi/v3/account`; version 2 has more of the same. */
export function accountRow(account: UsdmAccount, version: 2 | 3): Row {
  const wallet = amountText(account.walletUnits);
  const unrealized = amountText(account.unrealizedUnits);
  const orders = account.requiredUnits - account.positionMarginUnits;
  const available = amountText(Math.max(0, account.availableUnits));
  const totals = {
    totalInitialMargin: amountText(account.requiredUnits),
    totalMaintMargin: amountText(account.maintenanceUnits),
    totalWalletBalance: wallet,
    totalUnrealizedProfit: unrealized,
    totalMarginBalance: amountText(account.marginBalanceUnits),
    totalPositionInitialMargin: amountText(account.positionMarginUnits),
    totalOpenOrderInitialMargin: amountText(Math.max(0, orders)),
    totalCrossWalletBalance: wallet,
    totalCrossUnPnl: unrealized,
    availableBalance: available,
    maxWithdrawAmount: available,
  };
  const flags = {
    feeTier: 0,
    feeBurn: account.burnsFees,
    canTrade: true,
    canDeposit: true,
    canWithdraw: true,
    updateTime: account.updatedMillis,
    multiAssetsMargin: account.isMultiAssets,
    tradeGroupId: -1,
  };
  return {
    ...(version === 2 ? flags : {}),
    ...totals,
    assets: [assetRow(account, orders), bnbRow(account)],
    positions: account.positions.map((position) => accountPositionRow(account, position, version)),
  };
}

function assetRow(account: UsdmAccount, orders: number): Json {
  const wallet = amountText(account.walletUnits);
  const unrealized = amountText(account.unrealizedUnits);
  const available = amountText(Math.max(0, account.availableUnits));
  return {
    asset: 'USDT',
    walletBalance: wallet,
    unrealizedProfit: unrealized,
    marginBalance: amountText(account.marginBalanceUnits),
    maintMargin: amountText(account.maintenanceUnits),
    initialMargin: amountText(account.requiredUnits),
    positionInitialMargin: amountText(account.positionMarginUnits),
    openOrderInitialMargin: amountText(Math.max(0, orders)),
    crossWalletBalance: wallet,
    crossUnPnl: unrealized,
    availableBalance: available,
    maxWithdrawAmount: available,
    marginAvailable: true,
    updateTime: account.updatedMillis,
  };
}

function bnbRow(account: UsdmAccount): Json {
  const bnb = amountText(account.bnbUnits);
  const none = amountText(0);
  return {
    asset: 'BNB',
    walletBalance: bnb,
    unrealizedProfit: none,
    marginBalance: bnb,
    maintMargin: none,
    initialMargin: none,
    positionInitialMargin: none,
    openOrderInitialMargin: none,
    crossWalletBalance: bnb,
    crossUnPnl: none,
    availableBalance: bnb,
    maxWithdrawAmount: bnb,
    marginAvailable: true,
    updateTime: 0,
  };
}

function signedLots({ market, lots }: Position): string {
  const quantity = decimalsOf(market.instrument).quantity(Math.abs(lots));
  return lots < 0 ? `-${quantity}` : quantity;
}

function accountPositionRow(account: UsdmAccount, position: Position, version: 2 | 3): Json {
  const { symbol } = position.market.instrument;
  const margin = amountText(account.positionMarginOf(position));
  const terms = account.termsOf(symbol);
  const more = {
    leverage: String(terms.leverage),
    isolated: terms.marginType === 'ISOLATED',
    entryPrice: amountText(account.entryPriceUnits(position)),
    positionInitialMargin: margin,
  };
  return {
    symbol,
    positionSide: position.positionSide,
    positionAmt: signedLots(position),
    unrealizedProfit: amountText(account.unrealizedOf(position)),
    isolatedMargin: '0',
    notional: amountText(account.notionalOf(position)),
    isolatedWallet: '0',
    initialMargin: margin,
    maintMargin: amountText(account.maintenanceOf(position)),
    updateTime: position.updatedMillis,
    ...(version === 2 ? more : {}),
  };
}

/** A row of positionRisk. */
export function positionRiskRow(account: UsdmAccount, position: Position, version: 2 | 3): Json {
  const { market, positionSide, updatedMillis } = position;
  const { symbol } = market.instrument;
  const terms = account.termsOf(symbol);
  const entry = amountText(account.entryPriceUnits(position));
  const shared = {
    symbol,
    positionSide,
    positionAmt: signedLots(position),
    entryPrice: entry,
    breakEvenPrice: entry,
    markPrice: amountText(market.markPriceUnits),
    unRealizedProfit: amountText(account.unrealizedOf(position)),
    liquidationPrice: amountText(account.liquidationPriceUnits(position)),
    isolatedMargin: '0',
    notional: amountText(account.notionalOf(position)),
    isolatedWallet: '0',
    updateTime: updatedMillis,
  };
  if (version === 2) {
    return {
      ...shared,
      leverage: String(terms.leverage),
      maxNotionalValue: '1000000000',
      marginType: terms.marginType === 'CROSSED' ? 'cross' : 'isolated',
      isAutoAddMargin: 'false',
    };
  }
  return {
    ...shared,
    marginAsset: 'USDT',
    initialMargin: amountText(account.requiredOf(symbol)),
    maintMargin: amountText(account.maintenanceOf(position)),
    positionInitialMargin: amountText(account.positionMarginOf(position)),
    openOrderInitialMargin: amountText(
      Math.max(0, account.requiredOf(symbol) - account.positionMarginOf(position)),
    ),
    adl: 0,
    bidNotional: amountText(terms.buyUnits),
    askNotional: amountText(terms.sellUnits),
  };
}

/** `GET /fapi/v3/balance`. */
export function balanceRows(account: UsdmAccount): Json {
  const row = (asset: string, wallet: number, unrealized: number, available: number): Json => ({
    accountAlias: `a${account.id}`,
    asset,
    balance: amountText(wallet),
    crossWalletBalance: amountText(wallet),
    crossUnPnl: amountText(unrealized),
    availableBalance: amountText(Math.max(0, available)),
    maxWithdrawAmount: amountText(Math.max(0, available)),
    marginAvailable: true,
    updateTime: account.updatedMillis,
  });
  const { walletUnits, unrealizedUnits, availableUnits, bnbUnits } = account;
  return [
    row('USDT', walletUnits, unrealizedUnits, availableUnits),
    row('BNB', bnbUnits, 0, bnbUnits),
  ];
}
