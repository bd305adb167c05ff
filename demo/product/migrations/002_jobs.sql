create table jobs (
  id bigint generated always as identity primary key,
  order_id bigint not null references orders (id),
  done boolean not null default false
);
create index jobs_waiting on jobs (id) where not done;

-- One row for each job done: who did it, and in which order (the sequence is taken inside the job's transaction).
create table effects (
  job_id bigint primary key references jobs (id),
  colour text not null,
  version text not null,
  process integer not null,
  done_at timestamptz not null default clock_timestamp()
);

-- Stays empty unless somebody tried to do a job twice.
create table refused_effects (
  id bigint generated always as identity primary key,
  detail text,
  colour text not null,
  version text not null,
  process integer not null,
  refused_at timestamptz not null default clock_timestamp()
);
