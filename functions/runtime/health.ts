import { database } from './store.ts';

/** Whether the database answers, for a function's health. @throws Refusal `unavailable` when it does not */
export const databaseAnswers = () => database.query('select 1');
