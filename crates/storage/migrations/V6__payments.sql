-- Notices that the office issues, carts of several notices, receipts that are processed after they are kept.

alter table notice add column kind text not null default 'top_up' check (kind in ('top_up', 'invoice', 'fee'));
-- Printed on the notice; never a child's name.
alter table notice add column subject text not null default '';
-- The office's own number of an issued notice: issuing it twice is issuing it once.
alter table notice add column reference text;
-- When pagoPA came to know it.
alter table notice add column published_at bigint;
create unique index notice_of_reference on notice (body_id, reference);

-- A line need not be about a child, nor credit a wallet.
create table line_of_notice (
    notice_id text not null references notice (id),
    line bigint not null,
    child_id text references child (id),
    wallet_id text references wallet (id),
    amount bigint not null,
    meals bigint,
    description text,
    primary key (notice_id, line)
);
insert into line_of_notice (notice_id, line, child_id, wallet_id, amount, meals)
    select notice_id, line, child_id, wallet_id, amount, meals from notice_line;
drop table notice_line;
alter table line_of_notice rename to notice_line;

-- One trip to the checkout pays one to five notices.
create table trip (
    id text primary key,
    body_id text not null references body (id),
    person_id text not null references person (id),
    started_at bigint not null,
    -- What the browser said when it came back: a hint, never money.
    returned text,
    returned_at bigint
);
insert into trip (id, body_id, person_id, started_at, returned, returned_at)
    select a.id, n.body_id, n.person_id, a.started_at, a.returned, a.returned_at
    from attempt a join notice n on n.id = a.notice_id;
create table attempt_notice (
    attempt_id text not null references trip (id),
    notice_id text not null references notice (id),
    place bigint not null,
    started_at bigint not null,
    primary key (attempt_id, notice_id)
);
insert into attempt_notice (attempt_id, notice_id, place, started_at)
    select id, notice_id, 0, started_at from attempt;
drop table attempt;
alter table trip rename to attempt;
create index attempt_of_notice on attempt_notice (notice_id, started_at);

-- A receipt is kept and acknowledged first, and processed then: 'received' until it is.
alter table receipt add column source text not null default 'push' check (source in ('push', 'recovered'));
alter table receipt add column paid_at bigint;
alter table receipt add column psp_id text;
alter table receipt add column psp text;
alter table receipt add column method text;
alter table receipt add column fee bigint;
alter table receipt add column payer text;
alter table receipt add column processed_at bigint;
-- Until now a receipt of another amount could stand beside the one that was credited: it settles nothing.
update receipt set outcome = 'second_payment' where outcome = 'amount_differs' and exists (
    select 1 from receipt r where r.body_id = receipt.body_id and r.nav = receipt.nav and r.id <> receipt.id
    and (r.outcome in ('credited', 'paid_after_cancel') or (r.outcome = 'amount_differs'
        and (r.received_at < receipt.received_at or (r.received_at = receipt.received_at and r.id < receipt.id)))));
-- At most one receipt settles a notice number; the others are kept beside it.
create unique index receipt_that_settles on receipt (body_id, nav)
    where outcome not in ('unknown_notice', 'second_payment');
create index receipt_to_process on receipt (outcome, received_at);
create index receipt_of_notice on receipt (notice_id);

-- What somebody in the office must look at; closed with a reason, never deleted.
create table office_item (
    id text primary key,
    body_id text not null references body (id),
    -- second_payment, unknown_notice, amount_differs, paid_after_cancel, fee_added, not_processed, receipt_missing, flow_differs, not_withdrawn.
    kind text not null,
    -- What it is about: a receipt id, a flow's line, a notice number. The same thing is asked once.
    about text not null,
    nav text,
    amount bigint,
    detail text not null,
    opened_at bigint not null,
    closed_at bigint,
    closed_why text,
    unique (body_id, kind, about)
);
create index office_item_open on office_item (body_id, closed_at, opened_at);
