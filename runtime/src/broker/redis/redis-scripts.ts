/**
 * What has to happen on the server as one step. KEYS lie in one hash slot. Times are the server's own.
 *
 * An entry that comes again is a new entry of the group's own retry stream, which its members read beside the stream
 * itself: so it wakes a blocked reader, is seen by no other group, and survives trimming.
 */

const now = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)";

/** Takes an entry away from its group; false when it was not the group's any more. Entries of retry streams go for good. */
const settle = `
local function settle(stream, group, id)
  if redis.call('XACK', stream, group, id) == 0 then return false end
  if stream == KEYS[2] then redis.call('XDEL', stream, id) end
  return true
end`;

/**
 * KEYS: stream, delayed events. ARGV: most events that the stream may hold or 0, then documents. Returns how many were
 * taken, from the first on; -1 when the stream does not exist, so nobody would get them.
 */
export const addScript: string = `
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local most, taken = tonumber(ARGV[1]), #ARGV - 1
if most > 0 then
  taken = math.min(taken, most - redis.call('XLEN', KEYS[1]) - redis.call('ZCARD', KEYS[2]))
end
for i = 2, taken + 1 do redis.call('XADD', KEYS[1], '*', 'event', ARGV[i]) end
return math.max(0, taken)`;

/**
 * As above, for events that are to come later, or once. KEYS: ids that were published, by the time until which they count;
 * stream, delayed events. ARGV: most events as above, how long ids count; then for each event its delay, a word that no
 * other has, and its id, or nothing for one that may come again; then the documents.
 *
 * An id counts from when its event is kept. What is over goes last: once a script has written anything, Redis no longer
 * looks whether there is memory for more.
 */
export const addByWishScript: string = `${now}
local published, stream, delayed = KEYS[1], KEYS[2], KEYS[3]
if redis.call('EXISTS', stream) == 0 then return -1 end
local most, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local room = math.huge
if most > 0 then room = most - redis.call('XLEN', stream) - redis.call('ZCARD', delayed) end
local count, taken = (#ARGV - 2) / 4, 0
for i = 1, count do
  local delay, word, id = tonumber(ARGV[3 * i]), ARGV[3 * i + 1], ARGV[3 * i + 2]
  local counts = id ~= '' and redis.call('ZSCORE', published, id)
  if not counts or tonumber(counts) <= now then
    if room <= 0 then break end
    local event = ARGV[2 + 3 * count + i]
    if delay > 0 then
      redis.call('ZADD', delayed, now + delay, word .. ' ' .. event)
    else
      redis.call('XADD', stream, '*', 'event', event)
    end
    if id ~= '' then redis.call('ZADD', published, now + window, id) end
    room = room - 1
  end
  taken = taken + 1
end
if window > 0 then
  redis.call('ZREMRANGEBYSCORE', published, '-inf', now)
  if redis.call('PTTL', published) < window then redis.call('PEXPIRE', published, window) end
end
return taken`;

/**
 * KEYS: delayed events, stream. ARGV: most to move. Returns the milliseconds until the next is due, or -1 when none is, or
 * there is no stream. Taken out first: then a server without memory lets it be put in elsewhere.
 */
export const dueEventsScript: string = `${now}
if redis.call('EXISTS', KEYS[2]) == 0 then return -1 end
for _, held in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  redis.call('ZREM', KEYS[1], held)
  redis.call('XADD', KEYS[2], '*', 'event', string.sub(held, string.find(held, ' ', 1, true) + 1))
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if not first[2] then return -1 end
return math.max(0, first[2] - now)`;

/** ARGV: Pub/Sub channels, each with a document. Returns how many were published. */
export const publishScript: string = `
for i = 1, #ARGV, 2 do redis.call('PUBLISH', ARGV[i], ARGV[i + 1]) end
return #ARGV / 2`;

/** KEYS: stream of the entries, retry stream. ARGV: group, then ids. */
export const ackRetriedScript: string = `${settle}
for i = 2, #ARGV do settle(KEYS[1], ARGV[1], ARGV[i]) end`;

/**
 * KEYS: what a group takes. ARGV: after how long it is forgotten, then what this member takes. Returns the time, and all
 * fields with their values.
 */
export const takesScript: string = `${now}
local changed = false
for i = 2, #ARGV do
  if redis.call('HSET', KEYS[1], ARGV[i], now) == 1 then changed = true end
end
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  if fields[i] ~= 'version' and tonumber(fields[i + 1]) < now - ARGV[1] then
    redis.call('HDEL', KEYS[1], fields[i])
    changed = true
  end
end
if changed then redis.call('HINCRBY', KEYS[1], 'version', 1) end
redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1])
return { string.format('%.0f', now), unpack(redis.call('HGETALL', KEYS[1])) }`;

/**
 * Acknowledges what nobody takes, if what its members take is still what the caller knows of. KEYS: stream of the entries,
 * retry stream, what the group takes. ARGV: group, the version that the caller knows, ids. Returns nothing, or as above.
 */
export const passScript: string = `${settle} ${now}
if (redis.call('HGET', KEYS[3], 'version') or '') ~= ARGV[2] then
  return { string.format('%.0f', now), unpack(redis.call('HGETALL', KEYS[3])) }
end
for i = 3, #ARGV do settle(KEYS[1], ARGV[1], ARGV[i]) end
return false`;

/** KEYS: stream of the entry, retry stream, later. ARGV: group, id, delay, attempt, first failure, document. */
export const laterScript: string = `${settle} ${now}
if not settle(KEYS[1], ARGV[1], ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[4] .. ' ' .. ARGV[5] .. ' ' .. ARGV[2] .. ' ' .. ARGV[6])
return 1`;

/** KEYS: later, retry stream. ARGV: most to move. Returns the milliseconds until the next is due, or -1. Order as above. */
export const dueScript: string = `${now}
for _, held in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local attempt, failed, event = string.match(held, '^(%d+) (%d+) %S+ (.*)$')
  redis.call('ZREM', KEYS[1], held)
  redis.call('XADD', KEYS[2], '*', 'event', event, 'attempt', attempt, 'failed', failed)
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if not first[2] then return -1 end
return math.max(0, first[2] - now)`;

/**
 * Gives entries back, so that any member gets them at once. KEYS: stream of the entries, retry stream. ARGV: group, then
 * for each its id, the number of its next attempt, its first failure. Returns the ids of those that the server had lost.
 */
export const giveBackScript: string = `${settle}
local lost = {}
for i = 2, #ARGV, 3 do
  local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if settle(KEYS[1], ARGV[1], ARGV[i]) then
    if entry then
      redis.call('XADD', KEYS[2], '*', 'event', entry[2][2], 'attempt', ARGV[i + 1], 'failed', ARGV[i + 2])
    else
      lost[#lost + 1] = ARGV[i]
    end
  end
end
return lost`;

/** KEYS: stream of the entry, retry stream, dead letters. ARGV: group, id, letter, document. Returns whether it was taken. */
export const buryScript: string = `${settle}
if not settle(KEYS[1], ARGV[1], ARGV[2]) then return 0 end
redis.call('XADD', KEYS[3], '*', 'letter', ARGV[3], 'event', ARGV[4])
return 1`;

/**
 * KEYS: the active member. ARGV: a member's token, for how long it wants to be active. Returns 2 when it was and is, 1 when
 * it is now, 0 when another is. A server without memory lets a key be set behind one that was removed.
 */
export const takeTurnScript: string = `
local active = redis.call('GET', KEYS[1])
if active == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 2
end
if active then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** KEYS: the active member. ARGV: the token of the one that is no longer. */
export const giveTurnBackScript: string = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/**
 * A read of the active member: however late it comes, it takes nothing from the next one. What comes again is older, so
 * nothing new is read while there is any. KEYS: stream, retry stream, the
 * active member. ARGV: group, consumer, most of each stream, token. Returns nothing for another than the active one; else
 * what was read, or nothing and the ids behind which more will be.
 */
export const readInTurnScript: string = `
if redis.call('GET', KEYS[3]) ~= ARGV[4] then return false end
local ids = {}
for i = 2, 1, -1 do
  local read = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', KEYS[i], '>')
  if read then return { read } end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[i])) do
    local info = {}
    for j = 1, #group, 2 do info[group[j]] = group[j + 1] end
    if info['name'] == ARGV[1] then ids[i] = info['last-delivered-id'] end
  end
end
return { {}, ids[1], ids[2] }`;

/** KEYS: dead letters, retry stream. ARGV: id. Returns 1, or 0 when there is no such letter or no such group. */
export const replayScript: string = `
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not entry or redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', 'event', entry[2][4], 'attempt', '1', 'failed', '0')
return redis.call('XDEL', KEYS[1], ARGV[1])`;

/**
 * Takes over entries that were not refreshed in time: of others, and of its own when an answer that gave them never came,
 * since it refreshes what it knows of. KEYS: stream. ARGV: group, consumer, least idle time,
 * most entries. Returns the entries, each with its delivery count, and the ids of those that the server had lost.
 */
export const claimScript: string = `
local taken, lost = {}, {}
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4])) do
  local entry = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], pending[1])[1]
  if entry then
    taken[#taken + 1] = { entry[1], entry[2], pending[4] + 1 }
  else
    redis.call('XACK', KEYS[1], ARGV[1], pending[1])
    lost[#lost + 1] = pending[1]
  end
end
return { taken, lost }`;

/**
 * Renews the leases of a consumer, and finds what was given to the names it had on connections before, in answers that
 * never came. KEYS: stream. ARGV: group, consumer, number of names before, these names, then the ids that it holds.
 * Returns entries that it did not know of, each with its delivery count, and ids of those that the server had lost.
 */
export const renewScript: string = `
local group, consumer = ARGV[1], ARGV[2]
local names = 3 + tonumber(ARGV[3])
local held, taken, lost = {}, {}, {}
for i = names + 1, #ARGV do held[ARGV[i]] = true end
local function renew(id) redis.call('XCLAIM', KEYS[1], group, consumer, 0, id, 'IDLE', 0, 'JUSTID') end
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], group, '-', '+', 10000, consumer)) do
  if held[pending[1]] then renew(pending[1]) end
end
for i = 4, names do
  for _, pending in ipairs(redis.call('XPENDING', KEYS[1], group, '-', '+', 10000, ARGV[i])) do
    local id = pending[1]
    if held[id] then
      renew(id)
    else
      local entry = redis.call('XCLAIM', KEYS[1], group, consumer, 0, id, 'RETRYCOUNT', pending[4])[1]
      if entry then
        taken[#taken + 1] = { entry[1], entry[2], pending[4] }
      else
        redis.call('XACK', KEYS[1], group, id)
        lost[#lost + 1] = id
      end
    end
  end
end
return { taken, lost }`;

/**
 * Removes what every group has acknowledged, unless it is retained. KEYS: stream, for how long events are retained.
 * ARGV: for how long this caller wants it, or 0. The longest wish counts, also for callers without any, and goes with
 * those that have it. It is written last: a trim frees memory, so it has to work on a server that has none left.
 */
export const trimScript: string = `${now}
local function before(a, b)
  local am, as = string.match(a, '(%d+)-(%d+)')
  local bm, bs = string.match(b, '(%d+)-(%d+)')
  if tonumber(am) ~= tonumber(bm) then return tonumber(am) < tonumber(bm) end
  return tonumber(as) < tonumber(bs)
end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local keep
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local info = {}
  for i = 1, #group, 2 do info[group[i]] = group[i + 1] end
  local oldest = info['last-delivered-id']
  if info['pending'] > 0 then oldest = redis.call('XPENDING', KEYS[1], info['name'])[2] end
  if not keep or before(oldest, keep) then keep = oldest end
end
if not keep then return 0 end
local wished = tonumber(ARGV[1])
local retain = math.max(wished, tonumber(redis.call('GET', KEYS[2]) or 0))
if retain > 0 then
  local retained = string.format('%.0f-0', math.max(0, now - retain))
  if before(retained, keep) then keep = retained end
end
local removed = redis.call('XTRIM', KEYS[1], 'MINID', '~', keep)
if wished > 0 and wished == retain then redis.call('SET', KEYS[2], wished, 'PX', wished + 10000) end
return removed`;

/**
 * Removes members that hold nothing: the one that is named, else those that have not come for long. KEYS: stream.
 * ARGV: group, idle time, name or nothing.
 */
export const forgetConsumersScript: string = `
if redis.call('EXISTS', KEYS[1]) == 0 then return end
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local info = {}
  for i = 1, #consumer, 2 do info[consumer[i]] = consumer[i + 1] end
  local leaves = info['idle'] > tonumber(ARGV[2])
  if ARGV[3] then leaves = info['name'] == ARGV[3] end
  if info['pending'] == 0 and leaves then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], info['name'])
  end
end`;

/** Removes a group without members, and its stream when that was the last. KEYS: stream, retry stream, later. ARGV: group. */
export const disbandScript: string = `
if redis.call('EXISTS', KEYS[1]) == 0 then return end
if #redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1]) > 0 then return end
redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2], KEYS[3])
if #redis.call('XINFO', 'GROUPS', KEYS[1]) == 0 then redis.call('DEL', KEYS[1]) end`;

/** Removes groups of one member each that has not come for long. KEYS: stream. ARGV: how their names begin, idle time. Returns their names. */
export const forgetGroupsScript: string = `
local forgotten = {}
if redis.call('EXISTS', KEYS[1]) == 0 then return forgotten end
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local name = group[2]
  if string.sub(name, 1, #ARGV[1]) == ARGV[1] then
    local consumers = redis.call('XINFO', 'CONSUMERS', KEYS[1], name)
    local dead = #consumers > 0
    for _, consumer in ipairs(consumers) do
      for i = 1, #consumer, 2 do
        if consumer[i] == 'idle' and consumer[i + 1] <= tonumber(ARGV[2]) then dead = false end
      end
    end
    if dead then
      redis.call('XGROUP', 'DESTROY', KEYS[1], name)
      forgotten[#forgotten + 1] = name
    end
  end
end
return forgotten`;

/** What a group holds. KEYS: stream, retry stream, later. ARGV: group. Returns waiting, unsettled, delayed. */
export const inspectScript: string = `
local waiting, unsettled = 0, 0
for _, stream in ipairs({ KEYS[1], KEYS[2] }) do
  if redis.call('EXISTS', stream) == 1 then
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
      local info = {}
      for i = 1, #group, 2 do info[group[i]] = group[i + 1] end
      if info['name'] == ARGV[1] then
        unsettled = unsettled + info['pending']
        waiting = waiting + #redis.call('XRANGE', stream, '(' .. info['last-delivered-id'], '+')
      end
    end
  end
end
return { waiting, unsettled, redis.call('ZCARD', KEYS[3]) }`;
