\set tag random(1, 200)
select id, title, status, created, author from articles a
  where exists (select from articles_tags x join tags t on t.id = x.tags_id where x.articles_id = a.id and t.name = 'Tag ' || :tag) order by created desc limit 25;
