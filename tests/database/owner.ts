// A program that owns an embedded database until it is killed: argument 1 is the directory, argument 2, if it is
// `temporary`, has it removed. Says on standard output, in one line of JSON, what it has started or why it could not.
import { startEmbeddedPostgres } from '../../db/embedded/start.ts';

const [directory = '', temporary] = process.argv.slice(2);
try {
  const { url, pid, lifelinePid, home } = await startEmbeddedPostgres({
    directory,
    temporary: temporary === 'temporary',
  });
  console.log(JSON.stringify({ url, pid, lifelinePid, home }));
  setInterval(() => {}, 60_000);
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
}
