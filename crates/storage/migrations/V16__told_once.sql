-- An ended message keeps no mail address and no telephone number, and is said once to them all the same: what stays is
-- a digest of body, channel, cause and address. Messages of before keep theirs until they are forgotten, as they did.

alter table outbox add column digest text not null default '';
update outbox set digest = address;
create unique index outbox_once on outbox (body_id, channel, cause, digest);
