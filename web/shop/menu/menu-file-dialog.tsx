import { useSignal } from '@preact/signals';
import type { Dish, ShopSettings } from '../../../functions/domain/frames.ts';
import type { MenuDish } from '../../../functions/domain/menu.ts';
import { type MenuChanges, menuChanges } from '../../../functions/domain/menu-file/changes.ts';
import { menuToCsv } from '../../../functions/domain/menu-file/export.ts';
import type { Fault } from '../../../functions/domain/menu-file/fault.ts';
import { menuFromFile } from '../../../functions/domain/menu-file/import.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say, type Text } from '../../shared/language.ts';
import { offerTable } from '../../shared/offer-file.ts';
import { faultInWords, menuFileTexts } from './menu-file-texts.ts';
import { sendMenu } from './send-menu.ts';

/** A file that was chosen, and what stands in it. */
type Chosen = { name: string; dishes: MenuDish[]; faults: Fault[] };

/** Lines of a list that are shown, at most. */
const SHOWN = 20;

/** The menu as a file for spreadsheets: out, and in again once its effect was seen. */
export function MenuFileDialog({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const chosen = useSignal<Chosen | undefined>(undefined);
  const isUnreadable = useSignal(false);
  const { dishes, currency } = shop;
  const choose = async (file: File | undefined) => {
    if (file === undefined) return;
    chosen.value = undefined;
    isUnreadable.value = false;
    try {
      chosen.value = { name: file.name, ...menuFromFile(new Uint8Array(await file.arrayBuffer()), currency) };
    } catch {
      isUnreadable.value = true; // gone meanwhile, or not this page's to read
    }
  };
  const { value } = chosen;
  return (
    <Dialog title={say(menuFileTexts.title)} testid="menu-file-dialog" onClose={onClose}>
      <div class="stack">
        <p class="muted">{say(menuFileTexts.hint)}</p>
        <button
          type="button"
          class="button"
          disabled={dishes === undefined}
          data-testid="menu-download"
          onClick={() => dishes && offerTable(`${shop.id}-menu.csv`, menuToCsv(dishes, currency))}
        >
          {say(menuFileTexts.download)}
        </button>
        <label class="button file-button">
          {say(menuFileTexts.read)}
          <input
            type="file"
            accept=".csv,.txt,text/csv,text/plain,application/vnd.ms-excel"
            data-testid="menu-file"
            onChange={({ currentTarget }) => {
              void choose(currentTarget.files?.[0]);
              currentTarget.value = ''; // the same file, once it is mended, is another one
            }}
          />
        </label>
        {isUnreadable.value && (
          <p class="banner banner-bad" role="alert">
            {say(menuFileTexts.notReadable)}
          </p>
        )}
        {value !== undefined && value.faults.length > 0 && <Faults {...value} />}
        {value !== undefined && value.faults.length === 0 && dishes !== undefined && (
          <Effect name={value.name} before={dishes} after={value.dishes} onDone={onClose} />
        )}
      </div>
    </Dialog>
  );
}

function Faults({ faults }: Chosen) {
  const n = faults.length;
  return (
    <div class="banner banner-bad stack" role="alert" data-testid="menu-file-faults">
      <p>{say(n === 1 ? menuFileTexts.oneFault : menuFileTexts.faults, { n })}</p>
      <ul>
        {faults.slice(0, SHOWN).map((fault, index) => (
          <li key={index}>{faultInWords(fault)}</li>
        ))}
      </ul>
      {n > SHOWN && <p>{say(menuFileTexts.moreFaults, { n: n - SHOWN })}</p>}
    </div>
  );
}

/** What becomes of the menu as it is in this moment, and the button that makes it so. */
function Effect({
  name,
  before,
  after,
  onDone,
}: {
  name: string;
  before: readonly Dish[];
  after: readonly MenuDish[];
  onDone: () => void;
}) {
  const isSaving = useSignal(false);
  const refused = useSignal<string | undefined>(undefined);
  const changes = menuChanges(before, after);
  const { added, changed, gone, backAgain, isReordered } = changes;
  const isSame = added.length + changed.length + gone.length === 0 && !isReordered;
  const save = async () => {
    if (isSaving.value) return;
    isSaving.value = true;
    refused.value = await sendMenu(after);
    isSaving.value = false;
    if (refused.value === undefined) onDone();
  };
  return (
    <>
      <div class="banner stack preview" role="status" data-testid="menu-file-effect">
        <p class="muted small typed">{say(menuFileTexts.readFile, { name })}</p>
        {isSame ? <p>{say(menuFileTexts.same)}</p> : <EffectInWords changes={changes} count={after.length} />}
      </div>
      {backAgain.length > 0 && (
        <p class="banner banner-warn typed" data-testid="menu-file-back-again">
          {say(menuFileTexts.backAgain, { list: backAgain.join(say(['、', ', '])) })}
        </p>
      )}
      {refused.value !== undefined && (
        <p class="banner banner-bad" role="alert" data-testid="menu-file-refused">
          {refused.value}
        </p>
      )}
      {!isSame && (
        <button
          type="button"
          class={gone.length > 0 ? 'button bad' : 'button primary'}
          aria-busy={isSaving.value}
          data-testid="menu-file-save"
          onClick={save}
        >
          {say(menuFileTexts.replace)}
        </button>
      )}
    </>
  );
}

function EffectInWords({ changes, count }: { changes: MenuChanges; count: number }) {
  const { isReordered } = changes;
  const kinds: [words: Text, dishes: readonly { id: string; name: string }[]][] = [
    [menuFileTexts.added, changes.added],
    [menuFileTexts.changed, changes.changed],
    [menuFileTexts.gone, changes.gone],
  ];
  const counts = kinds.map(([words, dishes]) => say(words, { n: dishes.length }));
  return (
    <>
      <p>
        {say(menuFileTexts.effect, { n: count })}{' '}
        <strong data-testid="menu-file-counts">
          {[...counts, ...(isReordered ? [say(menuFileTexts.reordered)] : [])].join(say(['，', ', ']))}
        </strong>
      </p>
      {kinds
        .filter(([, dishes]) => dishes.length > 0)
        .map(([words, dishes]) => (
          <p key={words[1]} class="small typed">
            {say(words, { n: dishes.length })}
            {say(['：', ': '])}
            {dishes
              .slice(0, SHOWN)
              .map(({ name }) => name)
              .join(say(['、', ', ']))}
            {dishes.length > SHOWN && '…'}
          </p>
        ))}
    </>
  );
}
