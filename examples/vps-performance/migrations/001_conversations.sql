create table ai_conversations (
  id bigint generated always as identity primary key,
  c01 integer,
  c02 integer,
  c03 integer,
  c04 integer,
  c05 integer,
  c06 integer,
  c07 integer,
  c08 integer,
  c09 integer,
  c10 integer,
  c11 integer,
  c12 integer,
  c13 integer,
  c14 integer,
  c15 integer
);
create index idx_ai_conversations_01 on ai_conversations (c01);
create index idx_ai_conversations_02 on ai_conversations (c02);
create index idx_ai_conversations_03 on ai_conversations (c03);
create index idx_ai_conversations_04 on ai_conversations (c04);
create index idx_ai_conversations_05 on ai_conversations (c05);
create index idx_ai_conversations_06 on ai_conversations (c06);
create index idx_ai_conversations_07 on ai_conversations (c07);
create index idx_ai_conversations_08 on ai_conversations (c08);
create index idx_ai_conversations_09 on ai_conversations (c09);
create index idx_ai_conversations_10 on ai_conversations (c10);
create index idx_ai_conversations_11 on ai_conversations (c11);
create index idx_ai_conversations_12 on ai_conversations (c12);
create index idx_ai_conversations_13 on ai_conversations (c13);
create index idx_ai_conversations_14 on ai_conversations (c14);
create index idx_ai_conversations_15 on ai_conversations (c15);
create table ai_messages (
  id bigint generated always as identity primary key,
  c01 integer,
  c02 integer,
  c03 integer,
  c04 integer,
  c05 integer,
  c06 integer,
  c07 integer,
  c08 integer,
  c09 integer,
  c10 integer,
  c11 integer,
  c12 integer,
  c13 integer,
  c14 integer,
  c15 integer
);
create index idx_ai_messages_01 on ai_messages (c01);
create index idx_ai_messages_02 on ai_messages (c02);
create index idx_ai_messages_03 on ai_messages (c03);
create index idx_ai_messages_04 on ai_messages (c04);
create index idx_ai_messages_05 on ai_messages (c05);
create index idx_ai_messages_06 on ai_messages (c06);
create index idx_ai_messages_07 on ai_messages (c07);
create index idx_ai_messages_08 on ai_messages (c08);
create index idx_ai_messages_09 on ai_messages (c09);
create index idx_ai_messages_10 on ai_messages (c10);
create index idx_ai_messages_11 on ai_messages (c11);
create index idx_ai_messages_12 on ai_messages (c12);
create index idx_ai_messages_13 on ai_messages (c13);
create index idx_ai_messages_14 on ai_messages (c14);
create index idx_ai_messages_15 on ai_messages (c15);
create table emotion_history (
  id bigint generated always as identity primary key,
  c01 integer,
  c02 integer,
  c03 integer,
  c04 integer,
  c05 integer,
  c06 integer,
  c07 integer,
  c08 integer,
  c09 integer,
  c10 integer,
  c11 integer,
  c12 integer,
  c13 integer,
  c14 integer,
  c15 integer
);
create index idx_emotion_history_01 on emotion_history (c01);
create index idx_emotion_history_02 on emotion_history (c02);
create index idx_emotion_history_03 on emotion_history (c03);
create index idx_emotion_history_04 on emotion_history (c04);
create index idx_emotion_history_05 on emotion_history (c05);
create index idx_emotion_history_06 on emotion_history (c06);
create index idx_emotion_history_07 on emotion_history (c07);
create index idx_emotion_history_08 on emotion_history (c08);
create index idx_emotion_history_09 on emotion_history (c09);
create index idx_emotion_history_10 on emotion_history (c10);
create index idx_emotion_history_11 on emotion_history (c11);
create index idx_emotion_history_12 on emotion_history (c12);
create index idx_emotion_history_13 on emotion_history (c13);
create index idx_emotion_history_14 on emotion_history (c14);
create index idx_emotion_history_15 on emotion_history (c15);
insert into ai_messages (c01) select n from generate_series(1, 10) n;
insert into emotion_history (c01) select n from generate_series(1, 10) n;
create table api_logs (
  id bigint generated always as identity primary key,
  path text not null,
  milliseconds integer not null
);
insert into api_logs (path, milliseconds) values ('/api/ai/chat', 120), ('/api/ai/chat', 180);
