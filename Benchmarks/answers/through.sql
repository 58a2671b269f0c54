select json_agg(x) from (
  select id, article, name, text, to_char(created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created from comments c
  where article in (select id from articles where author in (select id from authors where name = 'Author {author}')) order by c.created desc limit 25) x;
