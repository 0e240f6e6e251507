-- What lay in clear in a login is hashed from now on; an old one that waits with an invitation begins anew.

-- `login.invitation` holds what link and code hash to, not link and code: JSON of the portal's.
update login set state = 'failed', outcome = 'expired', invitation = null, pending = null, code_hash = null, number = null
    where invitation is not null;

-- How many refusals of this login are in the audit: whoever reloads a page writes no more than a few.
alter table login add column refused bigint not null default 0;

-- The further persons who share the mailbox or number that a recovery was asked for by: their ids, in the order of the
-- digit that each one's code ends with, with a blank between. Empty where there is one person, or none.
alter table recovery add column others text not null default '';
