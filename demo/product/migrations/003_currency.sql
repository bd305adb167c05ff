-- Expand only: release 1 goes on writing orders without naming a currency.
alter table orders add column currency text not null default 'EUR';
