import type { KeyRole } from '../../../functions/domain/frames.ts';
import type { Text } from '../../shared/language.ts';

/** What the list of keys says. It is loaded with the list. */
export const keysTexts = {
  hint: [
    '给每个人或每块屏幕一个自己的密钥：丢了只需撤销那一个，其他屏幕不受影响。',
    'Give each person or screen a key of its own: one that is lost is revoked alone, and all others go on.',
  ],
  first: ['开店时的密钥', 'The key that came with the shop'],
  thisScreen: ['这块屏幕', 'This screen'],
  madeAt: ['创建：{time}', 'Made {time}'],
  lastSeenAt: ['最近使用：{time}', 'Last seen {time}'],
  neverSeen: ['还没用过', 'Not used yet'],
  name: ['给谁、哪块屏幕', 'For whom, or which screen'],
  namePlaceholder: ['例如：后厨', 'Such as: Kitchen'],
  nameMissing: ['请填写，1 到 40 个字', 'Please fill this in, at most 40 characters'],
  role: ['可以做什么', 'What it may do'],
  make: ['创建密钥', 'Make the key'],
  revoke: ['撤销', 'Revoke'],
  revokeName: ['撤销“{name}”的密钥', 'Revoke the key of {name}'],
  revokeTitle: ['撤销“{name}”的密钥？', 'Revoke the key of {name}?'],
  revokeHint: [
    '用它打开的屏幕会立即关闭，密钥不再有效，无法恢复。',
    'The screens that use it close at once, and it opens nothing any more. This cannot be undone.',
  ],
  revokeOwn: ['这块屏幕也用这个密钥，会一起关闭。', 'This very screen uses it and closes as well.'],
  keep: ['保留', 'Keep it'],
  madeTitle: ['“{name}”的密钥', 'The key of {name}'],
  once: [
    '只在这里显示这一次。请现在扫码打开，或把链接发给对方。谁有链接，谁就能打开店铺的屏幕。',
    'It is shown here and never again. Scan it now, or send the link on. Whoever has the link can open a screen of the shop.',
  ],
  key: ['密钥', 'Key'],
  link: ['链接', 'Link'],
  qrCode: ['打开店铺屏幕的二维码', 'QR code that opens a screen of the shop'],
  notRead: ['没有读到密钥，请稍后再试', 'The keys could not be read, please try again'],
  done: ['我已保存', 'I have kept it'],
} as const satisfies Record<string, Text>;

export const roleWords: Readonly<Record<KeyRole, Text>> = {
  manager: ['店长', 'Manager'],
  staff: ['店员', 'Staff'],
  display: ['显示屏', 'Display'],
};

export const roleHints: Readonly<Record<KeyRole, Text>> = {
  manager: ['一切，包括密钥、菜单、设置和日报。', 'Everything: keys, menu, settings and figures among it.'],
  staff: ['订单、售罄和忙碌。', 'Orders, what is sold out, and busy times.'],
  display: ['看订单，标记“做好了”。', 'Sees orders and marks them ready.'],
};
