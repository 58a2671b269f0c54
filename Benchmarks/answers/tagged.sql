select json_agg(x) from (
  select id, title, status, to_char(created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created, author from articles a
  where id in (select articles_id from articles_tags where tags_id in (select id from tags where name = 'Tag {tag}')) order by a.created desc limit 25) x;
