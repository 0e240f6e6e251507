-- Who there is: bodies, schools, children, the adults around them. Every row belongs to exactly one body.
--
-- Both engines run this file: BIGINT and TEXT are the only types. Ids are UUIDv7 text, days ISO text, instants
-- microseconds since 1970, money euro cents, truth 0 or 1.

create table body (
    id text primary key,
    slug text not null unique,
    name text not null,
    -- domain::body::BodySettings as JSON.
    settings text not null,
    -- pagopa::Config as JSON, null where the body takes no payments; never a key or a password.
    pagopa text,
    created_at bigint not null
);

create table school_year (
    body_id text not null references body (id),
    name text not null,
    first_day text not null,
    last_day text not null,
    -- Bits of Monday (1) to Sunday (64).
    weekdays bigint not null,
    primary key (body_id, name)
);

create table school (
    id text primary key,
    body_id text not null references body (id),
    -- The office's code: natural key of the import.
    code text not null,
    name text not null,
    unique (body_id, code)
);

create table class_group (
    id text primary key,
    body_id text not null references body (id),
    school_id text not null references school (id),
    code text not null,
    name text not null,
    unique (school_id, code)
);

-- A rule of the body where school_id is empty text, of one school otherwise.
create table cut_off (
    body_id text not null references body (id),
    school_id text not null,
    action text not null check (action in ('cancel', 'book')),
    days_before bigint not null,
    -- Minutes after midnight in Europe/Rome.
    at_minute bigint not null check (at_minute between 0 and 1439),
    max_ahead_days bigint not null,
    primary key (body_id, school_id, action)
);

create table closure (
    id text primary key,
    body_id text not null references body (id),
    -- Both null: the whole body. School: one school. Class: one class.
    school_id text references school (id),
    class_id text references class_group (id),
    first_day text not null,
    last_day text not null,
    reason text not null,
    declared_at bigint not null
);
create index closure_of_body on closure (body_id, last_day);

create table tariff (
    id text primary key,
    body_id text not null references body (id),
    code text not null,
    first_day text not null,
    last_day text,
    -- Decimal text, euro: 5.95.
    net text not null,
    vat text not null,
    unique (body_id, code, first_day)
);

create table wallet (
    id text primary key,
    body_id text not null references body (id),
    scope text not null check (scope in ('child', 'family'))
);
create index wallet_of_body on wallet (body_id);

create table child (
    id text primary key,
    body_id text not null references body (id),
    fiscal_code text not null,
    first_name text not null,
    surname text not null,
    born_on text not null,
    wallet_id text not null references wallet (id),
    unique (body_id, fiscal_code)
);
create index child_of_wallet on child (wallet_id);

-- A badge belongs to a child and stays for the whole school path.
create table badge (
    body_id text not null references body (id),
    code text not null,
    child_id text not null references child (id),
    primary key (body_id, code)
);
create index badge_of_child on badge (child_id);

create table person (
    id text primary key,
    body_id text not null references body (id),
    fiscal_code text not null,
    first_name text not null,
    surname text not null,
    email text,
    phone text,
    unique (body_id, fiscal_code)
);

create table bond (
    person_id text not null references person (id),
    child_id text not null references child (id),
    body_id text not null references body (id),
    kind text not null check (kind in ('guardian', 'payer', 'delegate')),
    may_see bigint not null,
    may_cancel bigint not null,
    may_pay bigint not null,
    first_day text,
    last_day text,
    -- Microseconds; null while it holds.
    ended_at bigint,
    granted_by text not null,
    primary key (person_id, child_id)
);
create index bond_of_child on bond (child_id);

create table enrolment (
    id text primary key,
    body_id text not null references body (id),
    child_id text not null references child (id),
    year_name text not null,
    school_id text not null references school (id),
    class_id text not null references class_group (id),
    first_day text not null,
    last_day text not null,
    use_days bigint not null,
    tariff_code text not null,
    unique (child_id, year_name)
);
create index enrolment_of_school on enrolment (school_id, last_day);
