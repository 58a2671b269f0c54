copy (select id, title, body, status, author, created from articles order by id) to stdout (format csv, header)
