-- What is to be said to whom: written in the act's own transaction, delivered by a job. And how each adult wants to be
-- told.

create table outbox (
    id text primary key,
    body_id text not null references body (id),
    -- Null where it goes to somebody who is nobody yet, such as an invited person.
    person_id text references person (id),
    channel text not null check (channel in ('mail', 'sms', 'push')),
    -- A mail address, a telephone number with its prefix, or a subscription's id.
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
create index outbox_waiting on outbox (state, next_at);
create index outbox_of_cause on outbox (body_id, cause);
create index outbox_ended on outbox (ended_at);

-- How an adult wants to be told; without a row, what the body's defaults say.
create table preference (
    person_id text primary key references person (id),
    body_id text not null references body (id),
    -- domain::telling::Preferences as JSON.
    choices text not null,
    changed_at bigint not null
);

-- A browser or a phone that asked to be told. Its keys are its own: what is sent can be read there only.
create table subscription (
    id text primary key,
    body_id text not null references body (id),
    person_id text not null references person (id),
    -- Goes with the session: signing out of a device silences it.
    session_id text not null references session (id),
    kind text not null check (kind in ('web', 'fcm', 'apns')),
    endpoint text not null unique,
    -- RFC 8291: the browser's public key and secret, base64url; empty for a phone.
    public_key text not null,
    secret text not null,
    created_at bigint not null
);
create index subscription_of_person on subscription (person_id);
create index subscription_of_session on subscription (session_id);

-- The last threshold of meals left that a wallet was told of; gone when it has recovered.
create table told_threshold (
    wallet_id text primary key references wallet (id),
    body_id text not null references body (id),
    -- Rank: higher is worse; 0 where nothing is to be said.
    rank bigint not null,
    -- Counts the crossings, so that each has a cause of its own.
    crossing bigint not null,
    at bigint not null
);
