import type { About, ShopSettings } from '../../../functions/domain/frames.ts';
import { Field } from '../../shared/field.tsx';
import { say } from '../../shared/language.ts';
import { isPhone, normalizePhone } from '../../shared/phone-number.ts';
import { lengthOf, tidyLine } from '../../shared/typed-text.ts';
import { imageProblem } from '../menu/dish-typed.ts';
import { texts } from '../texts.ts';
import { PicturePreview } from './picture-preview.tsx';
import { type Problems, TermsForm } from './terms-form.tsx';
import { termsTexts } from './terms-texts.ts';

const ADDRESS_LENGTH = 200;
const NOTE_LENGTH = 300;

type Typed = Required<About>;

/** What the shop says of itself: where it is, how it is called, and what customers should know. */
export function AboutForm({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  return (
    <TermsForm<Typed>
      title={say(texts.aboutShop)}
      testid="about-form"
      start={{ phone: '', address: '', note: '', imageUrl: '', ...shop.about }}
      problemsOf={problemsOf}
      changeOf={typed => ({ op: 'set_about', about: aboutOf(typed) })}
      preview={change =>
        change.op === 'set_about' && (
          <>
            {change.about.imageUrl && <PicturePreview url={change.about.imageUrl} />}
            <p class="typed pre" dir="auto">
              {[change.about.note, change.about.address, change.about.phone].filter(Boolean).join('\n')}
            </p>
          </>
        )
      }
      fields={({ typed, problems, change }) => (
        <>
          <Field
            id="about-phone"
            label={say(termsTexts.shopPhone)}
            type="tel"
            error={problems['about-phone']}
            value={typed.phone}
            onInput={phone => change({ phone })}
          />
          <Field
            id="about-address"
            label={say(termsTexts.shopAddress)}
            multiline
            most={ADDRESS_LENGTH}
            error={problems['about-address']}
            value={typed.address}
            onInput={address => change({ address })}
          />
          <Field
            id="about-note"
            label={say(termsTexts.shopNote)}
            multiline
            most={NOTE_LENGTH}
            error={problems['about-note']}
            value={typed.note}
            onInput={note => change({ note })}
          />
          <Field
            id="about-image"
            label={say(termsTexts.picture)}
            placeholder="https://"
            error={problems['about-image']}
            value={typed.imageUrl}
            onInput={imageUrl => change({ imageUrl })}
          />
        </>
      )}
      onClose={onClose}
    />
  );
}

function aboutOf({ phone, address, note, imageUrl }: Typed): About {
  const said = {
    phone: normalizePhone(phone),
    address: tidyLine(address),
    note: tidyLine(note),
    imageUrl: imageUrl.trim(),
  };
  return Object.fromEntries(Object.entries(said).filter(([, text]) => text !== ''));
}

function problemsOf({ phone, address, note, imageUrl }: Typed): Problems {
  const plain = normalizePhone(phone);
  return {
    'about-phone': plain === '' || isPhone(plain) ? undefined : termsTexts.wrongPhone,
    'about-address': lengthOf(tidyLine(address)) > ADDRESS_LENGTH ? texts.tooLong : undefined,
    'about-note': lengthOf(tidyLine(note)) > NOTE_LENGTH ? texts.tooLong : undefined,
    'about-image': imageProblem(imageUrl.trim()),
  };
}
