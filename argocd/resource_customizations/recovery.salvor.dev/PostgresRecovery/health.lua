-- Health of a recovery of Salvor (https://github.com/argoproj/argo-cd, docs/operator-manual/health.md).
-- The same for every kind: all of them share one status, and the conditions are its contract.
local hs = { status = "Progressing", message = "Salvor has not looked at it yet" }
local status = obj.status
if status == nil or status.observedGeneration == nil or status.observedGeneration < 0 then
  return hs
end
if obj.metadata.generation ~= nil and obj.metadata.generation ~= status.observedGeneration then
  hs.message = "Salvor has not seen the last change yet"
  return hs
end

local is = {}
if status.conditions ~= nil then
  for _, condition in ipairs(status.conditions) do
    is[condition.type] = condition.status == "True"
  end
end

hs.message = status.phase or ""
if status.message ~= nil and status.message ~= "" then
  hs.message = hs.message .. ": " .. status.message
end
if is["Stalled"] then
  hs.status = "Degraded"
elseif is["Ready"] then
  hs.status = "Healthy"
elseif not is["Reconciling"] then
  -- neither at work nor stuck: it waits for a person
  hs.status = "Suspended"
end
return hs
