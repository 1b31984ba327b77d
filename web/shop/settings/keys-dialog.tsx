import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ListedKey, ShopKey, ShopSettings } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { dayAndTime } from '../../shared/time.ts';
import { toast } from '../../shared/toast.tsx';
import { describeRefusal } from '../refusal.ts';
import { ask, stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { keysTexts, roleWords } from './keys-texts.ts';
import { MadeKeyDialog } from './made-key-dialog.tsx';
import { NewKeyForm } from './new-key-form.tsx';

/** The keys of the shop: who has each, when it was last seen; made and revoked here. */
export function KeysDialog({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const keys = useSignal<readonly ListedKey[] | undefined>(undefined);
  const made = useSignal<{ name: string; secret: string } | undefined>(undefined);
  const revoking = useSignal<ListedKey | undefined>(undefined);
  const read = async () => {
    const result = await ask({ op: 'list_keys' });
    if (result.ok) keys.value = result.keys ?? [];
    else toast(say(keysTexts.notRead));
  };
  const make = async (wanted: Pick<ShopKey, 'name' | 'role'>) => {
    const operation = { op: 'make_key', ...wanted } as const;
    const result = await ask(operation);
    if (!result.ok) toast(describeRefusal(operation, result.error));
    else if (result.key !== undefined) made.value = { name: wanted.name, secret: result.key };
    await read();
    return result.ok;
  };
  const revoke = async ({ keyId }: ListedKey) => {
    revoking.value = undefined;
    const operation = { op: 'revoke_key', keyId } as const;
    const result = await ask(operation);
    if (!result.ok) toast(describeRefusal(operation, result.error));
    await read();
  };
  useEffect(() => void read(), []);
  const managers = keys.value?.filter(({ role }) => role === 'manager').length ?? 0;
  return (
    <Dialog title={say(texts.keys)} testid="keys-dialog" onClose={onClose}>
      <p class="muted">{say(keysTexts.hint)}</p>
      <ul class="stack" aria-busy={keys.value === undefined}>
        {keys.value?.map(key => (
          <KeyLine
            key={key.keyId}
            of={key}
            isRevocable={key.role !== 'manager' || managers > 1}
            onRevoke={() => (revoking.value = key)}
          />
        ))}
      </ul>
      <NewKeyForm onMake={make} />
      {revoking.value && (
        <RevokeDialog of={revoking.value} onRevoke={revoke} onClose={() => (revoking.value = undefined)} />
      )}
      {made.value && <MadeKeyDialog shop={shop.id} {...made.value} onClose={() => (made.value = undefined)} />}
    </Dialog>
  );
}

function nameOf({ name }: ListedKey): string {
  return name === '' ? say(keysTexts.first) : name;
}

const isOfThisScreen = ({ keyId }: ListedKey) => stream.value?.key?.keyId === keyId;

/** One key. The last of a manager has no button: somebody has to be able to make others. */
function KeyLine({ of, isRevocable, onRevoke }: { of: ListedKey; isRevocable: boolean; onRevoke: () => void }) {
  const seen = of.lastSeenAt === null ? undefined : dayAndTime(of.lastSeenAt);
  return (
    <li class="spread" data-testid={`key-${of.keyId}`}>
      <span class="stack">
        <span>
          <strong class="typed">{nameOf(of)}</strong> <span class="chip">{say(roleWords[of.role])}</span>{' '}
          {isOfThisScreen(of) && <span class="chip chip-good">{say(keysTexts.thisScreen)}</span>}
        </span>
        <span class="muted small">{say(keysTexts.madeAt, { time: dayAndTime(of.madeAt) })}</span>
        <span class="muted small">
          {seen === undefined ? say(keysTexts.neverSeen) : say(keysTexts.lastSeenAt, { time: seen })}
        </span>
      </span>
      {isRevocable && (
        <button
          type="button"
          class="button bad-outline"
          aria-label={say(keysTexts.revokeName, { name: nameOf(of) })}
          data-testid={`revoke-${of.keyId}`}
          onClick={onRevoke}
        >
          {say(keysTexts.revoke)}
        </button>
      )}
    </li>
  );
}

function RevokeDialog({
  of,
  onRevoke,
  onClose,
}: {
  of: ListedKey;
  onRevoke: (key: ListedKey) => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={say(keysTexts.revokeTitle, { name: nameOf(of) })} testid="revoke-dialog" onClose={onClose}>
      <p>{say(keysTexts.revokeHint)}</p>
      {isOfThisScreen(of) && <p class="banner banner-warn">{say(keysTexts.revokeOwn)}</p>}
      <div class="reasons">
        <button type="button" class="button bad" data-testid="revoke-sure" onClick={() => onRevoke(of)}>
          {say(keysTexts.revoke)}
        </button>
        <button type="button" class="button" data-testid="revoke-keep" onClick={onClose}>
          {say(keysTexts.keep)}
        </button>
      </div>
    </Dialog>
  );
}
