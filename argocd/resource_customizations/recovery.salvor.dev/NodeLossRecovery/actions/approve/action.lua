-- Parameters need Argo CD 3.1.
local status = obj.status or {}
local wanted = (status.plan or {}).approve
local typed = (actionParams or {})["plan"]
if status.phase ~= "AwaitingApproval" or wanted == nil or wanted == "" then
  error("there is no plan to approve; the recovery is " .. (status.phase or "not planned yet"), 0)
end
if typed == nil or typed == "" then
  error("read status.plan.summary, then give the hash in status.plan.approve as parameter plan", 0)
end
if typed ~= wanted then
  error("plan " .. typed .. " is not the one that waits; read status.plan again, it may have changed", 0)
end
obj.spec.approvedPlan = wanted
return obj
