create schema core;
create table core.entries (
  id bigint generated always as identity primary key,
  owner bigint,
  state text,
  made timestamptz
);
create index idx_core_owner on core.entries (owner);
create index idx_core_state on core.entries (state);
create index idx_core_made on core.entries (made);
create schema identity;
create table identity.entries (
  id bigint generated always as identity primary key,
  owner bigint,
  state text,
  made timestamptz
);
create index idx_identity_owner on identity.entries (owner);
create index idx_identity_state on identity.entries (state);
create index idx_identity_made on identity.entries (made);
create schema lead;
create table lead.entries (
  id bigint generated always as identity primary key,
  owner bigint,
  state text,
  made timestamptz
);
create index idx_lead_owner on lead.entries (owner);
create index idx_lead_state on lead.entries (state);
create index idx_lead_made on lead.entries (made);
create schema newsletter;
create table newsletter.entries (
  id bigint generated always as identity primary key,
  owner bigint,
  state text,
  made timestamptz
);
create index idx_newsletter_owner on newsletter.entries (owner);
create index idx_newsletter_state on newsletter.entries (state);
create index idx_newsletter_made on newsletter.entries (made);
create schema integra;
create table integra.entries (
  id bigint generated always as identity primary key,
  owner bigint,
  state text,
  made timestamptz
);
create index idx_integra_owner on integra.entries (owner);
create index idx_integra_state on integra.entries (state);
create index idx_integra_made on integra.entries (made);
create schema feedback;
create table feedback.entries (
  id bigint generated always as identity primary key,
  owner bigint,
  state text,
  made timestamptz
);
create index idx_feedback_owner on feedback.entries (owner);
create index idx_feedback_state on feedback.entries (state);
create index idx_feedback_made on feedback.entries (made);
