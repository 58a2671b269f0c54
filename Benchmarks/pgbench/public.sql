-- an article that is published: see the rule of data.sql
\set block random(0, 99)
\set tens random(0, 99)
\set rank random(0, 6)
\set id greatest(1, 1000 * :block + 10 * :tens + mod(:rank - :block + 100, 10))
select id, title, status, created, author from articles where id = :id and status = 'published';
