-- pagoPA: notices, trips to the checkout, receipts as they came.

create table notice (
    id text primary key,
    body_id text not null references body (id),
    -- Who made it; others of the family see its effect in the wallet.
    person_id text not null references person (id),
    nav text not null,
    iuv text not null,
    -- Deterministic key of the debt position, so that creating it twice is creating it once.
    iupd text not null,
    amount bigint not null,
    -- Shown in receipts and bank statements; never a child's name.
    causale text not null,
    -- preparing, payable, verifying, paid, cancelled.
    state text not null check (state in ('preparing', 'payable', 'verifying', 'paid', 'cancelled')),
    created_at bigint not null,
    due_day text not null,
    paid_at bigint,
    unique (body_id, nav),
    unique (body_id, iupd)
);
create index notice_of_person on notice (person_id, created_at);
create index notice_by_state on notice (state, created_at);

create table notice_line (
    notice_id text not null references notice (id),
    line bigint not null,
    child_id text not null references child (id),
    wallet_id text not null references wallet (id),
    amount bigint not null,
    meals bigint,
    primary key (notice_id, line)
);

-- One trip to the checkout: a cart. Its id is in the return addresses.
create table attempt (
    id text primary key,
    notice_id text not null references notice (id),
    started_at bigint not null,
    -- What the browser said when it came back: a hint, never money.
    returned text,
    returned_at bigint
);
create index attempt_of_notice on attempt (notice_id, started_at);

-- Every receipt that was pushed, stored before it is acknowledged.
create table receipt (
    id text primary key,
    -- pagoPA's receiptId, unique however often it is pushed.
    receipt_id text not null unique,
    body_id text not null references body (id),
    nav text not null,
    amount bigint not null,
    received_at bigint not null,
    xml text not null,
    -- credited, unknown_notice, amount_differs, second_payment, paid_after_cancel.
    outcome text not null,
    notice_id text references notice (id)
);
create index receipt_of_nav on receipt (body_id, nav);
