-- Money. Rows are only ever added; a balance is the sum of a wallet's postings.

create table posting (
    id text primary key,
    body_id text not null references body (id),
    wallet_id text not null references wallet (id),
    child_id text references child (id),
    kind text not null check (kind in ('top_up', 'meal', 'reversal', 'adjustment', 'opening')),
    amount bigint not null,
    -- domain::wallet::Cause as text. Twice the same cause is once the same posting.
    cause text not null,
    day text not null,
    at bigint not null,
    note text,
    -- Running number within the wallet, for paging and for the check of the stored balance.
    position bigint not null,
    -- Balance after this posting: a cache that verify-ledger recomputes.
    balance_after bigint not null,
    unique (body_id, cause),
    unique (wallet_id, position)
);
create index posting_of_child on posting (child_id, day);
