\set author random(1, 1000)
select c.id, c.article, c.name, c.text, c.created from comments c join articles a on a.id = c.article join authors u on u.id = a.author
  where u.name = 'Author ' || :author order by c.created desc limit 25;
