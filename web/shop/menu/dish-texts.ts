import type { Text } from '../../shared/language.ts';

/** What the editor of a dish says besides. It is loaded with the editor. */
export const dishTexts = {
  moreOfDish: [
    '更多：规格加料、介绍、图片、过敏原、打包费',
    'More: choices, description, picture, allergens, packaging',
  ],
  options: ['规格和加料', 'Choices'],
  addOption: ['+ 加一组选项', '+ Add a group'],
  newOption: ['新选项组', 'New group'],
  optionName: ['选项组名称', 'Name of the group'],
  optionNameHint: ['如：规格、加料、辣度', 'e.g. size, toppings'],
  optionMin: ['至少选', 'At least'],
  optionMax: ['最多选', 'At most'],
  addChoice: ['+ 加一项', '+ Add a choice'],
  removeOption: ['删除这一组', 'Remove group'],
  choiceName: ['选项', 'Choice'],
  choicePrice: ['加价（{currency}）', 'Adds ({currency})'],
  removeChoice: ['删除选项 {choice}', 'Remove {choice}'],
  minAboveMax: ['“至少选”不能大于“最多选”', 'At least cannot be more than at most'],
  tooFewChoices: ['选项数量不够', 'There are not enough choices'],
  description: ['介绍', 'Description'],
  picture: ['图片地址', 'Address of a picture'],
  wrongPicture: ['要以 https:// 或 / 开头，不能有空格', 'It begins with https:// or /, and has no spaces'],
  packaging: ['打包费（每份，{currency}）', 'Packaging, each ({currency})'],
  allergens: ['过敏原', 'Allergens'],
} as const satisfies Record<string, Text>;
