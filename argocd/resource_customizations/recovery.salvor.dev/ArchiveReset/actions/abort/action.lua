local over = {
  Succeeded = true, Failed = true, Refused = true, Expired = true, Aborted = true,
  Undone = true, Releasing = true, Archived = true,
}
local phase = (obj.status or {}).phase or ""
if over[phase] then
  error("there is nothing to abort; the recovery is " .. phase, 0)
end
obj.spec.abort = true
return obj
