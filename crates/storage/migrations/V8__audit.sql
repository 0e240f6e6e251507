-- Who came in, with what, and who was turned away. Rows of `audit` are added and, after 24 months, deleted; no
-- statement changes one.

-- What the session was opened with, in words ("Firefox su Windows"); empty where it is not known.
alter table session add column device text not null default '';

create table audit (
    body_id text not null references body (id),
    -- Null where nobody known was named, such as a badge that does not exist.
    person_id text references person (id),
    at bigint not null,
    act text not null,
    outcome text not null check (outcome in ('done', 'refused')),
    -- A code; never what was typed.
    detail text not null,
    means text not null check (means in ('app', 'browser', 'office')),
    -- 192.0.2.0/24 or 2001:db8:1::/48; empty where no network was in between.
    network text not null,
    -- As in session.
    device text not null
);
create index audit_of_body on audit (body_id, at);
create index audit_at on audit (at);
