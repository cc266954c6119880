package dev.salvor.archive;

import dev.salvor.api.RecoveryTarget;
import dev.salvor.archive.Answer.Proof;

/**
 * A target that names its base backup: its end, or a transaction or restore point behind it, of
 * which only replay itself can tell whether the WAL holds it.
 */
record BackupQuestion(Question question) {
  Answer answer() {
    var immediate = question.target().type() == RecoveryTarget.Type.Immediate;
    var proof = immediate ? Proof.PROVEN : Proof.UNPROVEN;
    var branches = question.branches();
    var backup = question.lineage().backup(String.valueOf(question.target().backupID()));
    var own = backup.map(BaseBackup::info).map(BackupInfo::timeline).orElse(0L);
    // its end lies on its own timeline: no switch, nothing to choose
    if (immediate && question.target().timeline() == null && !branches.to(own).isEmpty())
      return question.reachable(branches.to(own).getLast(), proof);
    var leading = question.goals().stream().filter(goal -> !branches.to(goal).isEmpty()).toList();
    if (leading.size() > 1)
      return question.severalTimelines("what follows base backup " + question.target().backupID());
    return question.reachable(branches.to(leading.getFirst()).getLast(), proof);
  }
}
