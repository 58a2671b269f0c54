select extract(year from created at time zone 'UTC'), extract(month from created at time zone 'UTC'), count(*) from articles group by 1, 2 order by 1, 2;
