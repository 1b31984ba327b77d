import { chooseLanguage, language } from './language.ts';

/** Shows the other language by its own name, and switches to it. */
export function LanguageSwitch() {
  const other = language.value === 'zh' ? 'en' : 'zh';
  return (
    <button
      type="button"
      class="quiet-button"
      data-testid="language"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => chooseLanguage(other)}
    >
      {other === 'zh' ? '中文' : 'English'}
    </button>
  );
}
