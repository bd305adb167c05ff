create table portal (
  id bigint not null,
  name text not null
);
create index portal_name on portal (name);
