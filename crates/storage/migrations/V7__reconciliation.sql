-- Reconciliation: what pagoPA says was paid and transferred, against the receipts that came.

-- Flusso di rendicontazione: what a provider transferred to the account in one go.
create table flow (
    id text primary key,
    -- The body on whose name numbers are counted, where several share a fiscal code.
    body_id text not null references body (id),
    fdr text not null,
    revision bigint not null,
    psp_id text not null,
    psp text not null,
    -- When the provider made it.
    made_at bigint not null,
    published_at bigint not null,
    -- Identifier (TRN) and day of the bank transfer.
    regulation text not null,
    regulation_day text not null,
    total bigint not null,
    payments bigint not null,
    imported_at bigint not null,
    -- Set once a later revision of the same flow is here: then only that one counts.
    superseded_at bigint,
    unique (body_id, fdr, psp_id, revision)
);
create index flow_published on flow (body_id, published_at);

create table flow_line (
    flow_id text not null references flow (id),
    place bigint not null,
    iuv text not null,
    iur text not null,
    amount bigint not null,
    -- pagoPA's code: 0 paid, 3 revoked, 4 and 8 in stand-in, 9 without receipt.
    pay_status bigint not null,
    pay_day text not null,
    -- matched, missing (no receipt yet), differs (another amount than the receipt's), revoked, foreign (not of this portal).
    state text not null check (state in ('matched', 'missing', 'differs', 'revoked', 'foreign')),
    primary key (flow_id, place)
);
create index flow_line_of_iur on flow_line (iur);

-- Payments that pagoPA tells of and whose receipt did not come: to be fetched, a few an hour.
create table missing_receipt (
    body_id text not null references body (id),
    iuv text not null,
    -- Known from a flow or from the debt position; without it only the debt's own service can be asked.
    iur text,
    amount bigint not null,
    since bigint not null,
    tries bigint not null,
    next_try_at bigint not null,
    -- open, recovered, office (nobody could give it: somebody must look).
    state text not null check (state in ('open', 'recovered', 'office')),
    primary key (body_id, iuv)
);
create index missing_receipt_due on missing_receipt (state, next_try_at);

-- Calls to services that allow few of them.
create table outside_call (
    id text primary key,
    body_id text not null references body (id),
    at bigint not null
);
create index outside_call_at on outside_call (body_id, at);

-- When something that is done from time to time was done last.
create table job_round (
    name text not null,
    body_id text not null references body (id),
    last_at bigint not null,
    primary key (name, body_id)
);

-- When pagoPA is asked next how a notice stands whose family went to the checkout; none: not any more.
alter table notice add column ask_at bigint;
alter table notice add column asks bigint not null default 0;
create index notice_of_iuv on notice (iuv);
create index notice_to_ask on notice (state, ask_at);
