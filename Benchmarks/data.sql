-- The benchmark's rows and indices, for tables that the server made from snapshot.yaml. Run once, on an empty database.
\set ON_ERROR_STOP on
set client_min_messages = warning;
begin;
insert into authors (name, email, created)
  select 'Author ' || i, 'author' || i || '@example.com', '2024-01-01'::timestamptz + i * interval '1 hour' from generate_series(1, 1000) i;
insert into tags (name) select 'Tag ' || i from generate_series(1, 200) i;
insert into articles (title, body, status, author, created)
  select 'Article ' || i || ' ' || md5(i::text), (select string_agg(md5(i || ':' || k), ' ') from generate_series(1, 18) k),
    case when (i + i / 1000) % 10 < 7 then 'published' when (i + i / 1000) % 10 < 9 then 'draft' else 'archived' end,
    1 + (i::bigint * 7919) % 1000, '2024-01-01'::timestamptz + i * interval '7 minutes' from generate_series(1, 100000) i;
insert into articles_tags (articles_id, tags_id)
  select i, 1 + (i * 31 + k * 67) % 200 from generate_series(1, 100000) i, generate_series(0, 2) k order by i, k;
insert into comments (article, name, text, created)
  select i, 'Reader ' || (i * 3 + k) % 5000, md5(i || '/' || k) || ' ' || md5(k || '/' || i) || ' ' || md5(i || k::text),
    '2024-06-01'::timestamptz + (i * 3 + k) * interval '1 minute' from generate_series(1, 100000) i, generate_series(0, 2) k order by i, k;
-- a hundred who log in, with the administrator's password
insert into directus_users (id, email, password, status, role)
  select gen_random_uuid(), 'login' || i || '@example.com', admin.password, 'active', admin.role
  from generate_series(1, 100) i, directus_users admin where admin.email = 'admin@example.com';
-- 1 000 forums of 20 threads of 5 posts
insert into forums (name) select 'Forum ' || i from generate_series(1, 1000) i;
insert into threads (forum, title) select 1 + (i - 1) / 20, 'Thread ' || i || ' ' || md5('thread ' || i) from generate_series(1, 20000) i;
insert into posts (thread, text) select 1 + (i - 1) / 5, md5('post ' || i) || ' ' || md5(i || ' post') from generate_series(1, 100000) i;
commit;
create index bench_articles_author on articles (author);
create index bench_articles_status_created on articles (status, created desc);
create index bench_articles_tags_articles on articles_tags (articles_id);
create index bench_articles_tags_tags on articles_tags (tags_id);
create index bench_comments_article on comments (article);
create index bench_threads_forum on threads (forum);
create index bench_posts_thread on posts (thread);
vacuum (freeze, analyze);
