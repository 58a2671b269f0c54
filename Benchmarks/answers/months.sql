select json_agg(x) from (
  select extract(year from month)::text as created_year, extract(month from month)::text as created_month, n::text as count
  from (select date_trunc('month', created at time zone 'UTC') as month, count(*) as n from articles group by 1) m order by month) x;
