-- Private calendar addresses, one a person and child. The address holds a secret of 256 bits; here lies its SHA-256.
create table feed (
    id text primary key,
    body_id text not null references body (id),
    person_id text not null references person (id),
    child_id text not null references child (id),
    secret_hash text not null unique,
    created_at bigint not null,
    -- To the hour; null until a calendar reads it.
    last_read_at bigint,
    -- Null while it holds.
    revoked_at bigint
);
create index feed_of_person on feed (person_id, child_id);
