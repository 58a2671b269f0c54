\startpipeline
select id, name from forums order by id limit 100;
select id, forum, title from threads where forum = any('{FORUMS}'::int[]) order by id;
select id, thread, text from posts where thread = any('{THREADS}'::int[]) order by id;
\endpipeline
