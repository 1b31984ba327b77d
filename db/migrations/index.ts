import shops from './001-shops.sql';
import orders from './002-orders.sql';
import commands from './003-commands.sql';
import connections from './004-connections.sql';
import redelivery from './005-redelivery.sql';
import shopWork from './006-shop-work.sql';
import visitors from './007-visitors.sql';
import chatConnections from './008-chat-connections.sql';
import rowTypes from './009-row-types.sql';
import shopTimeZone from './010-shop-time-zone.sql';
import clockAndNumbers from './011-clock-and-numbers.sql';
import menuMoves from './012-menu-moves.sql';
import pause from './013-pause.sql';
import fairShares from './014-fair-shares.sql';
import boundedStorage from './015-bounded-storage.sql';
import deadScreensFirst from './016-dead-screens-first.sql';
import fairOrders from './017-fair-orders.sql';
import toldOrders from './018-told-orders.sql';
import menus from './019-menus.sql';
import personalData from './020-personal-data.sql';
import placeOrderSpeed from './021-place-order-speed.sql';
import visitorsOfAnAddress from './022-visitors-of-an-address.sql';
import shopColumns from './023-shop-columns.sql';
import shopOfRows from './024-shop-of-rows.sql';
import shopKeys from './025-shop-keys.sql';
import shopKeysChecked from './026-shop-keys-checked.sql';
import dishDetails from './027-dish-details.sql';
import shopTerms from './028-shop-terms.sql';
import orderProof from './029-order-proof.sql';
import counterInPlace from './030-counter-in-place.sql';
import orderTerms from './031-order-terms.sql';
import shareLinks from './032-share-links.sql';
import people from './033-people.sql';
import shopByShop from './034-shop-by-shop.sql';
import sharesOfSlots from './035-shares-of-slots.sql';
import menuParts from './036-menu-parts.sql';
import presenceByShop from './037-presence-by-shop.sql';
import shopOnANode from './038-shop-on-a-node.sql';
import choicesInPlace from './039-choices-in-place.sql';
import ownScreensFirst from './040-own-screens-first.sql';
import choicesOnce from './041-choices-once.sql';
import slotsPlannedOnce from './042-slots-planned-once.sql';
import claimsOfLaterRuns from './043-claims-of-later-runs.sql';
import handedOver from './044-handed-over-somehow.sql';
import choicesById from './045-choices-by-id.sql';
import shopReadFirst from './046-shop-read-first.sql';
import hashesOfCustomers from './047-hashes-of-customers.sql';
import tenthForRegulars from './048-tenth-for-regulars.sql';
import waitsForTheOpening from './049-waits-for-the-opening.sql';

/**
 * Every migration, in order; its place, counted from 1, is its number. One that has landed is never edited, but for 006:
 * newer releases of PostgreSQL refused it, and it still makes the same schema.
 */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '001-shops', sql: shops },
  { name: '002-orders', sql: orders },
  { name: '003-commands', sql: commands },
  { name: '004-connections', sql: connections },
  { name: '005-redelivery', sql: redelivery },
  { name: '006-shop-work', sql: shopWork },
  { name: '007-visitors', sql: visitors },
  { name: '008-chat-connections', sql: chatConnections },
  { name: '009-row-types', sql: rowTypes },
  { name: '010-shop-time-zone', sql: shopTimeZone },
  { name: '011-clock-and-numbers', sql: clockAndNumbers },
  { name: '012-menu-moves', sql: menuMoves },
  { name: '013-pause', sql: pause },
  { name: '014-fair-shares', sql: fairShares },
  { name: '015-bounded-storage', sql: boundedStorage },
  { name: '016-dead-screens-first', sql: deadScreensFirst },
  { name: '017-fair-orders', sql: fairOrders },
  { name: '018-told-orders', sql: toldOrders },
  { name: '019-menus', sql: menus },
  { name: '020-personal-data', sql: personalData },
  { name: '021-place-order-speed', sql: placeOrderSpeed },
  { name: '022-visitors-of-an-address', sql: visitorsOfAnAddress },
  { name: '023-shop-columns', sql: shopColumns },
  { name: '024-shop-of-rows', sql: shopOfRows },
  { name: '025-shop-keys', sql: shopKeys },
  { name: '026-shop-keys-checked', sql: shopKeysChecked },
  { name: '027-dish-details', sql: dishDetails },
  { name: '028-shop-terms', sql: shopTerms },
  { name: '029-order-proof', sql: orderProof },
  { name: '030-counter-in-place', sql: counterInPlace },
  { name: '031-order-terms', sql: orderTerms },
  { name: '032-share-links', sql: shareLinks },
  { name: '033-people', sql: people },
  { name: '034-shop-by-shop', sql: shopByShop },
  { name: '035-shares-of-slots', sql: sharesOfSlots },
  { name: '036-menu-parts', sql: menuParts },
  { name: '037-presence-by-shop', sql: presenceByShop },
  { name: '038-shop-on-a-node', sql: shopOnANode },
  { name: '039-choices-in-place', sql: choicesInPlace },
  { name: '040-own-screens-first', sql: ownScreensFirst },
  { name: '041-choices-once', sql: choicesOnce },
  { name: '042-slots-planned-once', sql: slotsPlannedOnce },
  { name: '043-claims-of-later-runs', sql: claimsOfLaterRuns },
  { name: '044-handed-over-somehow', sql: handedOver },
  { name: '045-choices-by-id', sql: choicesById },
  { name: '046-shop-read-first', sql: shopReadFirst },
  { name: '047-hashes-of-customers', sql: hashesOfCustomers },
  { name: '048-tenth-for-regulars', sql: tenthForRegulars },
  { name: '049-waits-for-the-opening', sql: waitsForTheOpening },
];
