alter table portal add column made timestamptz;
create index portal_made on portal (made);
