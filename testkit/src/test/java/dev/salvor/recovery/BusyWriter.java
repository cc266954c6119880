package dev.salvor.recovery;

import dev.salvor.api.Ref;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.CnpgModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody whom nobody stops: writes a row at every round in which the database takes it, and keeps
 * what was acknowledged.
 */
final class BusyWriter implements Model {
  private final CnpgModel cnpg;
  private final Ref database;
  private final List<String> acknowledged = new ArrayList<>();

  BusyWriter(CnpgModel cnpg, Ref database) {
    this.cnpg = cnpg;
    this.database = database;
  }

  List<String> acknowledged() {
    return List.copyOf(acknowledged);
  }

  @Override
  public void act(World world) {
    if (!cnpg.isWritable(world, database)) return;
    var row = "busy-" + acknowledged.size();
    cnpg.insert(world, database, row, world.now());
    acknowledged.add(row);
  }
}
