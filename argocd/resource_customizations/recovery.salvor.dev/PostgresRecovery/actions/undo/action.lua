-- Only asks for the way back: its plan names its loss and waits for its own approval.
local undo = (obj.status or {}).undo or {}
if undo.possible ~= true then
  error("it cannot be undone: " .. (undo.whyNot or "nothing has been exchanged"), 0)
end
if obj.spec.undo == nil then
  obj.spec.undo = {}
end
obj.spec.undo.requested = true
return obj
