local again = { Failed = true, Refused = true, Expired = true }
local phase = (obj.status or {}).phase or "not planned yet"
if not again[phase] then
  error("only what failed can be tried again; the recovery is " .. phase, 0)
end
obj.spec.retry = (obj.spec.retry or 0) + 1
return obj
