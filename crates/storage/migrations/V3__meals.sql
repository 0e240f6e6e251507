-- Acts, what they made of each day, and the days that are frozen.

-- What a family did. Never changed; its receipt is signed.
create table act (
    id text primary key,
    body_id text not null references body (id),
    person_id text not null references person (id),
    -- Receipt number within the body.
    sequence bigint not null,
    choice text not null check (choice in ('eats', 'does_not_eat')),
    at bigint not null,
    -- The text that is signed, and the signature (base64), as they were handed out.
    receipt_text text not null,
    signature text not null,
    unique (body_id, sequence)
);

create table act_line (
    act_id text not null references act (id),
    child_id text not null references child (id),
    day text not null,
    primary key (act_id, child_id, day)
);
create index act_line_of_child on act_line (child_id, day);

-- The family's last word on a day; its history is in act_line.
create table presence (
    child_id text not null references child (id),
    day text not null,
    body_id text not null references body (id),
    choice text not null check (choice in ('eats', 'does_not_eat')),
    act_id text not null references act (id),
    primary key (child_id, day)
);

-- One row where a school's day was counted and charged. Nothing a family does changes that day any more.
create table frozen_day (
    school_id text not null references school (id),
    day text not null,
    body_id text not null references body (id),
    frozen_at bigint not null,
    meals bigint not null,
    primary key (school_id, day)
);

-- Next receipt number of each body, and other sequences that must survive everything.
create table sequence (
    body_id text not null references body (id),
    name text not null,
    next bigint not null,
    primary key (body_id, name)
);

-- What was answered to a write, so that a retry gets the same answer. Kept for some days.
create table idempotency (
    person_id text not null,
    key text not null,
    -- SHA-256 of operation, path and body.
    request_hash text not null,
    status bigint not null,
    response text not null,
    at bigint not null,
    primary key (person_id, key)
);
create index idempotency_by_age on idempotency (at);
