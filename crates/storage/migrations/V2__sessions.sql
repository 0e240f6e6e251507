-- Who may come in. Tokens and passwords are never here, only what they hash to.

-- One password a family login: it is found by any badge of the children that its person is bound to.
create table credential (
    person_id text primary key references person (id),
    body_id text not null references body (id),
    -- argon2id in PHC form.
    password_hash text not null,
    -- 1 where it only opens the choice of a password.
    provisional bigint not null,
    expires_at bigint,
    changed_at bigint not null
);

create table session (
    id text primary key,
    body_id text not null references body (id),
    person_id text not null references person (id),
    kind text not null check (kind in ('full', 'choose_password')),
    client text not null check (client in ('app', 'browser')),
    -- SHA-256 of the access token (app) or of the cookie (browser), hex.
    access_hash text not null unique,
    access_expires_at bigint not null,
    created_at bigint not null,
    last_used_at bigint not null,
    -- Whatever is used, the session ends here.
    ends_at bigint not null,
    ended_at bigint,
    ended_because text
);
create index session_of_person on session (person_id, ended_at);

-- Every refresh token a session ever had: a spent one that comes back ends the whole session.
create table refresh_token (
    token_hash text primary key,
    session_id text not null references session (id),
    issued_at bigint not null,
    expires_at bigint not null,
    spent_at bigint
);
create index refresh_token_of_session on refresh_token (session_id);

-- Failed attempts, by badge and by address, for throttling. `subject` is a hash.
create table throttle (
    subject text primary key,
    failures bigint not null,
    last_failure_at bigint not null,
    blocked_until bigint not null
);
