select json_agg(x) from (
  select id, title, status, to_char(created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created, case when author <= 500 then author end as author
  from articles a where status = 'published' order by a.created desc limit 25) x;
