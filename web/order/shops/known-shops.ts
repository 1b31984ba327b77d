import { signal } from '@preact/signals';
import type { Shop } from '../../../functions/domain/frames.ts';

/** The shops that have been read, by id. */
export const shops = signal<ReadonlyMap<string, Shop>>(new Map());
