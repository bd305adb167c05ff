create table orders (
  id bigint generated always as identity primary key,
  customer integer not null,
  item text not null,
  placed_at timestamptz not null default now()
);
create index orders_customer on orders (customer, id desc);
