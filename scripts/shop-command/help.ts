/** What `--help` says. */
export const helpText = `usage: npm run shop -- <command>

Makes and changes shops, in the database of npm start (running or not), or in the one that DATABASE_URL names.

  list                               says which shops there are
  add <shop> --name "…"              makes a shop and shows its key, once; --menu menu.csv: with this menu
  set <shop> --prep-minutes 15 …     changes settings; what is not named stays as it is
  keys list <shop>                   says which keys it has, and when they were last seen
  keys make <shop> --name "…" --role manager|staff|display
                                     makes a further key and shows it, once
  keys revoke <shop> <key id>        takes one away; its screens close
  keys rotate <shop>                 takes all away, and makes one of a manager
  menu export <shop> <file.csv>      writes its menu for a spreadsheet (--force: over a file that is there)
  menu import <shop> <file.csv>      makes its menu what the file says (--check: only says what is wrong,
                                     and what would change)
  help, --help                       says this

Settings of add and set:
  --name "Lanzhou Noodles"           --currency CNY                     --time-zone Asia/Shanghai
  --open yes|no                      --auto-accept yes|no               --pickup yes|no
  --prep-minutes 1…240               --accept-minutes 1…60
  --retention-days 1…3650            --link-days 1…3650
  --hours, --delivery, --discounts, --later, --about, --webhook: JSON, or @file.json, as docs/shops.md shows

In the file of a menu each dish has a row; its options stand below it, their choices below them. Prices are in
the currency itself, as in 18.50. A shop's id is 1 to 64 letters, digits, _ or -.
`;
