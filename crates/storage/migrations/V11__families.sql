-- Families as they are: what else a bond allows, who ended it, and the invitations that make one.

-- Sees the office's papers about the child. Guardians and payers have had it all along.
alter table bond add column may_documents bigint not null default 0;
update bond set may_documents = 1 where kind in ('guardian', 'payer') and may_see = 1;

-- 'office', or the id of the adult who ended it; null while it holds, and where an earlier version ended it.
alter table bond add column ended_by text;

-- The office's words for the last thing that it did to this bond by hand; empty where it did nothing.
alter table bond add column office_reason text not null default '';

-- An invitation opens with its link's token and its code together. Neither is kept, only what they hash to.
create table invitation (
    id text primary key,
    body_id text not null references body (id),
    -- Who invites; must hold the bond still when it is accepted.
    person_id text not null references person (id),
    kind text not null check (kind in ('guardian', 'delegate')),
    first_name text not null,
    surname text not null,
    mail text not null,
    may_see bigint not null,
    may_cancel bigint not null,
    may_pay bigint not null,
    may_documents bigint not null,
    last_day text,
    -- SHA-256, hex.
    token_hash text not null unique,
    -- SHA-256 over token and code, hex: eight digits alone would be guessed from their hash.
    code_hash text not null,
    -- Wrong codes so far.
    tries bigint not null,
    -- How often link and code were made.
    sent bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    state text not null check (state in ('open', 'accepted', 'withdrawn')),
    accepted_by text references person (id),
    closed_at bigint
);
create index invitation_of_person on invitation (person_id, created_at);
create index invitation_end on invitation (expires_at);

create table invitation_child (
    invitation_id text not null references invitation (id),
    child_id text not null references child (id),
    primary key (invitation_id, child_id)
);
