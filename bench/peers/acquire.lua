-- Contender: wrk. Sends the bytes in the file named by REQUEST_FILE, looks at nothing but the status of an answer.
local file = assert(io.open(os.getenv("REQUEST_FILE"), "rb"))
local request = file:read("*a")
file:close()

-- Called once, since there is no function `request`: the same bytes go out each time without any Lua.
wrk.format = function() return request end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format('{"calls":%d,"seconds":%.6f,"failed":%d,"p50_us":%d,"p99_us":%d,"p999_us":%d}\n',
                           summary.requests, summary.duration / 1e6, failed, latency:percentile(50),
                           latency:percentile(99), latency:percentile(99.9)))
end
