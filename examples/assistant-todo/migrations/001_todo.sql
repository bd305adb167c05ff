create table conversations (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  title text not null,
  created_at timestamptz not null default now()
);
create index conversations_user_id on conversations (user_id);
create index conversations_created_at on conversations (created_at);
create table messages (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations,
  words text not null
);
create index messages_conversation_id on messages (conversation_id);
create table tasks (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  title text not null
);
create index tasks_user_id on tasks (user_id);
insert into conversations (user_id, title) values (1, 'the first');
insert into tasks (user_id, title) values (1, 'the first');
