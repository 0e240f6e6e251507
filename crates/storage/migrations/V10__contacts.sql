-- Where a person is reached, how a lost password comes back, and when somebody last showed who they are.

-- When the person of this session last proved to be it; null where it was never since this was asked.
alter table session add column confirmed_at bigint;

-- Of papers and messages: ISO 639-1.
alter table person add column language text not null default 'it';

-- `person.email` and `person.phone` are what the office wrote down: proposals. A row here is the person's own, and
-- counts once it is verified.
create table contact (
    id text primary key,
    body_id text not null references body (id),
    person_id text not null references person (id),
    kind text not null check (kind in ('mail', 'phone')),
    -- In its one form: lower case, international.
    value text not null,
    added_at bigint not null,
    verified_at bigint,
    -- The code that was sent: argon2id, for ten minutes and five tries. All three null where none is open.
    code_hash text,
    code_until bigint,
    code_tries bigint,
    unique (person_id, kind, value)
);
create index contact_of_value on contact (body_id, kind, value);

-- A lost password, on its way to a new one. A row is made also where nobody was found: the work must not tell.
create table recovery (
    id text primary key,
    body_id text not null references body (id),
    person_id text references person (id),
    code_hash text not null,
    created_at bigint not null,
    expires_at bigint not null,
    tries bigint not null,
    -- Null while a code may come back.
    ended_at bigint
);
create index recovery_until on recovery (expires_at);
create index recovery_of_person on recovery (person_id, ended_at);

-- Codes that were sent, to keep anybody from being flooded and the SMS from costing without end. `target` is a hash.
create table code_sent (
    body_id text not null references body (id),
    target text not null,
    kind text not null check (kind in ('mail', 'phone')),
    at bigint not null,
    -- 0 where nothing went out, because nobody was found or too much had been asked for.
    sent bigint not null
);
create index code_sent_to on code_sent (target, at);
create index code_sent_of_body on code_sent (body_id, kind, at);
create index code_sent_at on code_sent (at);

-- A device on which a person has signed in: strangers who guess at the same badge cannot make it wait. The token
-- opens nothing; here it is only as its SHA-256, hex.
create table known_device (
    token_hash text not null,
    person_id text not null references person (id),
    body_id text not null references body (id),
    first_at bigint not null,
    last_at bigint not null,
    primary key (token_hash, person_id)
);
create index known_device_of_person on known_device (person_id, last_at);
create index known_device_at on known_device (last_at);
