create table conversations (
  id bigint generated always as identity primary key,
  title text not null
);
create table messages (
  id bigint generated always as identity primary key,
  words text not null
);
create table tasks (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  title text not null
);
create index tasks_user_id on tasks (user_id);
insert into conversations (title) values ('the first');
insert into tasks (user_id, title) values (1, 'the first');
