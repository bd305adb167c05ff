create type match_status as enum ('pending', 'accepted', 'rejected');
create table matches (
  id bigint generated always as identity primary key,
  status match_status not null,
  score integer not null
);
create index matches_status on matches (status);
insert into matches (status, score) select 'pending', n from generate_series(1, 100) n;
