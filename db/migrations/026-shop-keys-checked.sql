-- What 025 has left to check, while orders go on.

alter table order_items validate constraint order_items_shop_order_id_fkey;
alter table escalations validate constraint escalations_shop_order_id_fkey;
alter table print_claims validate constraint print_claims_shop_order_id_fkey;

-- Nobody calls them any more.
drop function expire_order();
drop function kept_refusals(text, integer);
