-- wrk's script for every work, from the environment: the method, the paths (one a line, all as probable, each with its headers behind it after tabs) and
-- the body; {id} {published} {author} {tag} {login} {n} are filled per request.
-- Requests that differ by random numbers alone are written beforehand, so that the load costs the machine little more than pgbench's own.
local method, paths, body = os.getenv("BENCH_METHOD"), os.getenv("BENCH_PATHS"), os.getenv("BENCH_BODY")
if body == "" then body = nil end
local targets = {}
for line in paths:gmatch("[^\n]+") do
  local target = { headers = {} }
  for part in line:gmatch("[^\t]+") do
    local name, value = part:match("^([^/:]+):%s*(.*)$")
    if name then target.headers[name] = value else target.path = part end
  end
  table.insert(targets, target)
end
local n, random = 0, math.random
math.randomseed(os.time())
local fill = {
  id = function() return random(1, 100000) end,
  published = function() -- an article that is published: see the rule of data.sql
    local id
    repeat id = random(1, 100000) until (id + math.floor(id / 1000)) % 10 < 7
    return id
  end,
  author = function() return random(1, 1000) end,
  tag = function() return random(1, 200) end,
  login = function() return random(1, 100) end,
  n = function() n = n + 1; return n end,
}
local function filled(text) return (text:gsub("{(%l+)}", function(name) return fill[name] and fill[name]() end)) end
local counts = paths:find("{n}") or (body and body:find("{n}"))
local varies = #targets > 1 or paths:find("{%l+}") or (body and body:find("{%l+}"))
local function written()
  local target = targets[random(#targets)]
  return wrk.format(method, filled(target.path), target.headers, body and filled(body))
end
local prepared = {}

function init()
  if counts then return end
  for at = 1, varies and 20000 or 1 do prepared[at] = written() end
end

function request()
  return counts and written() or prepared[random(#prepared)]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\nRESULT {"requests":%d,"us":%d,"bytes":%d,"bad":%d,"socket":%d,"p50":%.1f,"p90":%.1f,"p99":%.1f,"max":%.1f}\n', summary.requests, summary.duration, summary.bytes,
    e.status, e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
