alter type match_status add value 'expired';
