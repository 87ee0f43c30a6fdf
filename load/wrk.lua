-- POST /Echo/Ping as JSON, each with the next token of a file. All requests are built before the first is sent.
local requests, count, at = {}, 0, 0
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local head = "POST /Echo/Ping HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 16\r\n"
  for token in io.lines(args[1]) do
    count = count + 1
    requests[count] = head .. "Authorization: Bearer " .. token .. "\r\n\r\n{\"message\":\"hi\"}"
  end
  at = number * math.floor(count / 2)  -- two threads, which begin half the file apart
end

function request()
  at = at % count + 1
  return requests[at]
end
