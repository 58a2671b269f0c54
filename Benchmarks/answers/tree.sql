select json_agg(json_build_object('id', f.id, 'name', f.name, 'threads', (
    select json_agg(json_build_object('id', t.id, 'title', t.title, 'posts', (
        select json_agg(json_build_object('id', p.id, 'text', p.text) order by p.id) from posts p where p.thread = t.id)) order by t.id)
    from threads t where t.forum = f.id)) order by f.id)
  from (select * from forums order by id limit 100) f;
