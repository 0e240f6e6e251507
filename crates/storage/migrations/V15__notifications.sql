-- What waits to be shown on a computer whose app asks for it: a push message that was delivered to a subscription of kind
-- 'desktop' lies here until it has run out. It goes with its subscription.
create table notification (
    -- Id of the message in the outbox.
    id text primary key,
    body_id text not null references body (id),
    person_id text not null references person (id),
    subscription_id text not null references subscription (id) on delete cascade,
    -- As in the outbox: what was acted upon on one device ends on the others.
    cause text not null,
    kind text not null,
    -- The words, as the person's preferences allowed at delivery; wiped when it has ended.
    title text not null,
    words text not null,
    path text not null,
    tag text not null,
    -- JSON array of buttons.
    actions text not null,
    -- Grows with every change within a subscription; where a reader has got to.
    position bigint not null,
    at bigint not null,
    expires_at bigint,
    -- Null while it is to be shown.
    ended_at bigint
);
create index notification_of_subscription on notification (subscription_id, position);
create index notification_of_cause on notification (person_id, cause);
