import type { KeyRole, ListedKey } from './frames.ts';
import type { ShopDefinition } from './init-event.ts';

/** What sets the system up. */
export interface Installation {
  /** Brings the schema to the newest version. */
  migrate(): Promise<{ version: number; applied: string[] }>;
  /**
   * Creates a shop or brings it up to date; `true` when it is new, and only then does the key's hash count.
   * @throws Refusal `invalid_request` when the database does not know the time zone
   */
  upsertShop(shop: ShopDefinition, keyHash: Uint8Array): Promise<boolean>;
  /**
   * Makes a key of a manager and takes all others of the shop away, and answers the connections that were opened with
   * those; `undefined`: no such shop.
   */
  rotateKey(shop: string, keyHash: Uint8Array): Promise<string[] | undefined>;
  /**
   * Makes a further key of a shop, and answers its id.
   * @throws Refusal `shop_not_found`, `keys_full`
   */
  makeKey(shop: string, key: { name: string; role: KeyRole; hash: Uint8Array }): Promise<string>;
  /**
   * Takes a key away, and answers the connections that were opened with it.
   * @throws Refusal `not_found`, `last_manager`
   */
  revokeKey(shop: string, keyId: string): Promise<string[]>;
  /** The keys of a shop; `undefined`: no such shop. */
  keys(shop: string): Promise<ListedKey[] | undefined>;
  /**
   * Erases what the finished orders of a phone number, however it is written, say of their customer. Says how many, and
   * how many are not finished yet and stay.
   */
  eraseCustomer(phone: string): Promise<{ orders: number; open: number }>;
  /** Gives every shop's stream a new epoch, so that no cursor from before can be resumed; says how many. */
  newEpoch(): Promise<number>;
}
