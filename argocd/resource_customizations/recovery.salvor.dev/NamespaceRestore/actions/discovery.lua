-- What a person can tell a recovery, and when. The same for every kind.
local status = obj.status or {}
local spec = obj.spec or {}
local plan = status.plan or {}
local undo = status.undo or {}
local over = {
  Succeeded = true, Failed = true, Refused = true, Expired = true, Aborted = true,
  Undone = true, Releasing = true, Archived = true,
}
local again = { Failed = true, Refused = true, Expired = true }
local phase = status.phase or ""

local waits = phase == "AwaitingApproval" and plan.approve ~= nil and plan.approve ~= ""
local undoing = spec.undo ~= nil and spec.undo.requested == true

local actions = {}
actions["approve"] = {
  ["disabled"] = not waits,
  ["displayName"] = "Approve the plan: type status.plan.approve",
  ["iconClass"] = "fa fa-fw fa-check",
  ["params"] = { { ["name"] = "plan" } },
}
actions["abort"] = {
  ["disabled"] = phase == "" or over[phase] == true or spec.abort == true,
  ["displayName"] = "Abort: take everything back",
  ["iconClass"] = "fa fa-fw fa-stop",
}
actions["retry"] = {
  ["disabled"] = again[phase] ~= true or spec.abort == true,
  ["displayName"] = "Try again",
  ["iconClass"] = "fa fa-fw fa-redo",
}
actions["undo"] = {
  ["disabled"] = undo.possible ~= true or undoing,
  ["displayName"] = "Undo: plan the way back",
  ["iconClass"] = "fa fa-fw fa-undo",
}
return actions
