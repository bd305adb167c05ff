update matches set status = 'expired' where id <= 3;
