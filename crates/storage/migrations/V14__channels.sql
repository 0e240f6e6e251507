-- More ways to be told: a desktop that watches by itself is a device, App IO is a channel. What a column may hold cannot
-- be changed in place on both engines, so both tables are written anew; nothing refers to either.

create table subscription_next (
    id text primary key,
    body_id text not null references body (id),
    person_id text not null references person (id),
    -- Goes with the session: signing out of a device silences it.
    session_id text not null references session (id),
    kind text not null check (kind in ('web', 'fcm', 'apns', 'desktop')),
    -- The push service's address of a browser, a phone's token, or the session of a desktop.
    endpoint text not null,
    -- RFC 8291: the browser's public key and secret, base64url; empty for what is no browser.
    public_key text not null,
    secret text not null,
    -- 1 where an iPhone's token is of an app that is being made: Apple keeps those apart.
    development bigint not null default 0,
    created_at bigint not null,
    unique (kind, endpoint)
);
insert into subscription_next (id, body_id, person_id, session_id, kind, endpoint, public_key, secret, created_at)
    select id, body_id, person_id, session_id, kind, endpoint, public_key, secret, created_at from subscription;
drop table subscription;
alter table subscription_next rename to subscription;
create index subscription_of_person on subscription (person_id);
create index subscription_of_session on subscription (session_id);

create table outbox_next (
    id text primary key,
    body_id text not null references body (id),
    -- Null where it goes to somebody who is nobody yet, such as an invited person.
    person_id text references person (id),
    channel text not null check (channel in ('mail', 'sms', 'push', 'io')),
    -- A mail address, a telephone number with its prefix, a subscription's id, or for App IO a person's.
    address text not null,
    -- What it is about; the same cause goes once to the same address of a channel.
    cause text not null,
    kind text not null,
    -- domain::message::Text as JSON. Empty once it was delivered, has expired or was withdrawn: it may hold a code.
    content text not null,
    -- 1 where it may come at night, because it would be of no use later.
    urgent bigint not null,
    created_at bigint not null,
    expires_at bigint,
    state text not null check (state in ('waiting', 'delivered', 'expired', 'withdrawn', 'dead')),
    tries bigint not null,
    -- When it may be taken, for the first time or again; moved ahead by whoever takes it.
    next_at bigint not null,
    -- What the channel said last; never an address, never the message.
    problem text not null,
    ended_at bigint,
    unique (body_id, channel, cause, address)
);
insert into outbox_next (id, body_id, person_id, channel, address, cause, kind, content, urgent, created_at, expires_at,
        state, tries, next_at, problem, ended_at)
    select id, body_id, person_id, channel, address, cause, kind, content, urgent, created_at, expires_at,
        state, tries, next_at, problem, ended_at from outbox;
drop table outbox;
alter table outbox_next rename to outbox;
create index outbox_waiting on outbox (state, next_at);
create index outbox_of_cause on outbox (body_id, cause);
create index outbox_ended on outbox (ended_at);
