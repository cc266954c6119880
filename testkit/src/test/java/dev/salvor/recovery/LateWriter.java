package dev.salvor.recovery;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.CnpgModel;

/** Somebody nobody knows of, who writes one row once the last backup is taken. */
final class LateWriter implements Model {
  static final String ROW = "stranger";
  private final CnpgModel cnpg;
  private final Ref database;
  private boolean written;

  LateWriter(CnpgModel cnpg, Ref database) {
    this.cnpg = cnpg;
    this.database = database;
  }

  @Override
  public void act(World world) {
    if (written) return;
    for (var backup : world.list(Kinds.DATABASE_BACKUP, "shop")) {
      if (!backup.at("/metadata/name").asText().contains("-safety-")
          || !backup.at("/status/phase").asText().equals("completed")) continue;
      cnpg.insert(world, database, ROW, world.now());
      written = true;
      return;
    }
  }
}
